"""What holds where a file leaves something out, and amounts that it gives in a short form, in full."""

from __future__ import annotations

from collections.abc import Mapping

from consolidate.inventory import Capital, Effort
from consolidate.loading.drafts import Draft, Entry

_SIZE = "medium"


def size_of(entry: Entry) -> str:
    """A system's size, which chooses the entries of `approaches` that are its own."""
    return entry.model.size or _SIZE


def capability_of(entry: Entry) -> str:
    """What a system is for: its capability as given, else its id within its partner."""
    return str(entry.model.capability or entry.id.partition("/")[2])


def users_of(draft: Draft, entry: Entry) -> float:
    """A system's users, else its partner's."""
    if entry.model.users is not None:
        return entry.model.users
    return draft.partners[entry.partner].users or 0.0


def default_pot(draft: Draft, partner: str) -> str | None:
    """The pot for capital of a partner's moves that is given as a plain number; None where there are no pots."""
    pots = draft.programme.capital if draft.programme is not None else {}
    return draft.partners[partner].pot or (partner if partner in pots else next(iter(pots), None))


def effort_by_quarter(effort: Mapping[str, float | tuple[float, ...]] | None, quarters: int) -> Effort:
    """Person-days by role and quarter of work: a number is spread evenly, a list is taken as it is."""
    length = max(quarters, 1)
    every = {
        role: days if isinstance(days, tuple) else (days / length,) * length for role, days in (effort or {}).items()
    }
    return {role: days for role, days in every.items() if any(days)}


def capital_by_pot(capital: float | Mapping[str, float] | None, pot: str | None) -> Capital:
    """Capital by pot: a plain number belongs to ``pot``."""
    if isinstance(capital, Mapping):
        return {name: amount for name, amount in capital.items() if amount}
    return {pot: capital} if capital else {}
