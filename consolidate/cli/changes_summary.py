"""What differs from the approved plan, and what was not reached in time, in a few lines for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import fsum

from consolidate.accounts import differences
from consolidate.accounts.differences import BuildChange, Change, Differences, What
from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import missed_goals
from consolidate.cli.ink import Ink
from consolidate.inventory import Inventory
from consolidate.plan import Move, Plan
from consolidate.vocabulary import approach_text, plural

SHOWN = 6
"""Changes told one by one; changes.csv has them all."""

_WORDS: dict[What, str] = {
    "later": "later",
    "sooner": "sooner",
    "approach": "in another way",
    "service": "into another service",
    "option": "with another option",
    "cost": "at another cost",
    "added": "added",
    "dropped": "dropped",
}
_INDENT = " " * 10


def not_reached(inventory: Inventory, book: Ledger) -> Iterator[str]:
    """A line for each milestone and target whose time is over and that was not met."""
    yield from (f"MISSED    {one}" for one in missed_goals(inventory, book))


def against_approved(inventory: Inventory, plan: Plan, book: Ledger, ascii_only: bool = False) -> Iterator[str]:
    """Lines that say what is not as approved, why, and what it costs; none where no plan is approved."""
    if inventory.approved is None:
        return
    found, ink = differences.against_approved(inventory, plan, book), Ink(inventory.currency, ascii_only, 0)
    more = fsum((book.total - book.costs.stability, -found.then.total, found.then.costs.stability))
    every: list[Change | BuildChange] = [*found.moves, *found.builds]
    if every:
        yield f"APPROVED  {_counted(found)}"
    else:
        yield f"APPROVED  Every{'thing' if abs(more) < 0.5 else ' move and every build'} is as it was approved."
    if every or abs(more) >= 0.5:
        yield f"{_INDENT}{_cost(ink, more, book)}"
    every.sort(key=lambda one: (not one.reported, -abs(4 if one.quarters is None else one.quarters)))
    for one in every[:SHOWN]:
        yield f"{_INDENT}{_move(inventory, ink, one) if isinstance(one, Change) else _build(inventory, ink, one)}"
    if len(every) > SHOWN:
        yield f"{_INDENT}and {len(every) - SHOWN} more in changes.csv"
    if not inventory.stability and any(not one.reported for one in every):
        yield f"{_INDENT}`stability` is 0, so a change costs nothing: a price on it (programme.yaml) makes for fewer."


def _counted(found: Differences) -> str:
    """How many moves and builds are not as approved, and in what."""
    every: list[Change | BuildChange] = [*found.moves, *found.builds]
    counts = Counter(change.what for change in every)
    told = ", ".join(f"{counts[what]} {word}" for what, word in _WORDS.items() if counts[what])
    reported = sum(change.reported for change in every)
    kinds = ((len(found.moves), "move"), (len(found.builds), "build"))
    who = " and ".join(f"{count} {plural(count, kind)}" for count, kind in kinds if count)
    are = "is" if len(every) == 1 else "are"
    return f"{who} {are} not as approved: {told}; reported: {reported}, planned: {len(every) - reported}."


def _cost(ink: Ink, more: float, book: Ledger) -> str:
    """What the whole plan costs more than the approved one did."""
    price = f" (and {ink.money(book.costs.stability)} counts for the changes)" if book.costs.stability else ""
    return f"The plan costs {_apart(ink, more)} than the approved one, exposure in it{price}."


def _apart(ink: Ink, more: float) -> str:
    return f"{ink.money(abs(more))} {'more' if more >= 0 else 'less'}"


def _move(inventory: Inventory, ink: Ink, change: Change) -> str:
    was, now = (_place(inventory, change, move) for move in (change.before, change.now))
    report = inventory.progress.step(change.system, change.step) if inventory.progress else None
    which = change.system if change.step == 1 else f"{change.system}, second step"
    return _line(ink, which, change, f"{was} -> {now}", "" if report is None else report.note)


def _place(inventory: Inventory, change: Change, move: Move | None) -> str:
    """When a step cuts over; where it goes another way, also how."""
    if move is None:
        return "none" if change.step > 1 else "not to move" if change.before is None else "it stays"
    if change.what == "option":
        return f"{approach_text(move.approach, move.to)} (option {move.option})"
    when = inventory.label(move.cutover)
    return f"{approach_text(move.approach, move.to)} {when}" if change.what in ("approach", "service") else when


def _build(inventory: Inventory, ink: Ink, change: BuildChange) -> str:
    was, now = (
        "not built" if build is None else f"ready {inventory.label(build.ready)}"
        for build in (change.before, change.now)
    )
    report = inventory.progress.services.get(change.service) if inventory.progress else None
    return _line(ink, change.service, change, f"{was} -> {now}", "" if report is None else report.note)


def _line(ink: Ink, which: str, change: Change | BuildChange, then_now: str, note: str) -> str:
    if change.what == "cost":
        then_now = f"capital {_apart(ink, change.capital)}"
    why = f" ({note})" if note else ""
    return f"{which}: {_WORDS[change.what]}, {then_now}, {'reported' if change.reported else 'planned'}{why}"
