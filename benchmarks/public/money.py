"""What the impossible projects lack, exactly, and what a planner says that they lack.

Whether some choice of modes meets all the non-renewable limits is a question without time. All
undominated totals are kept, activity by activity, so the least increases are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from public.formats import Project

PRICES = {"pot": 1, "role": 600, "latest": 20_000, "horizon": 100_000}
"""Prices of what may give way, as docs/relaxations.md states them; no other kind can occur here."""


def least_totals(project: Project) -> list[tuple[int, ...]]:
    """The undominated totals of non-renewable use over all choices of modes."""
    found: list[tuple[int, ...]] = [(0,) * len(project.nonrenewable)]
    for modes in project.modes.values():
        uses = _undominated({mode.nonrenewable for mode in modes})
        found = _undominated({tuple(map(sum, zip(total, use, strict=True))) for total in found for use in uses})
    return found


def _undominated(totals: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Those that no other is as low as in everything."""
    kept: list[tuple[int, ...]] = []
    for total in sorted(totals):  # whatever undercuts another comes before it
        # With two resources, the one kept last is the lowest in the second.
        rivals = kept[-1:] if len(total) == 2 else kept
        if not any(all(a <= b for a, b in zip(other, total, strict=True)) for other in rivals):
            kept.append(total)
    return kept


@dataclass(frozen=True)
class Lack:
    """Least increases of the non-renewable limits, in the instance's units.

    Attributes:
        alone: of each limit if it alone may grow; None where that does not help.
        together: least sum over all of them.
    """

    alone: tuple[int | None, ...]
    together: int


def lack(project: Project) -> Lack:
    """What is missing; all zeros when some choice of modes meets the limits."""
    limits = project.nonrenewable
    over = [tuple(max(t - limit, 0) for t, limit in zip(total, limits, strict=True)) for total in least_totals(project)]
    alone = tuple(_least(short[k] for short in over if sum(short) == short[k]) for k in range(len(limits)))
    return Lack(alone, min(map(sum, over)))


def _least(values: Iterable[int]) -> int | None:
    return min(values, default=None)


def suffices(project: Project, more: Sequence[Decimal]) -> bool:
    """Whether the limits so increased can be met by some choice of modes."""
    pairs = [limit + extra for limit, extra in zip(project.nonrenewable, more, strict=True)]
    return any(all(t <= limit for t, limit in zip(total, pairs, strict=True)) for total in least_totals(project))


@dataclass(frozen=True)
class WayOut:
    """What the lines that begin with ``relax:`` ask for.

    Attributes:
        pots: increase by id of a pot, in the inventory's money.
        price: of all the lines together, at the stated prices.
        others: kinds of things other than pots that are to give way.
    """

    pots: Mapping[str, Decimal]
    price: Decimal
    others: tuple[str, ...]


_LINE = re.compile(r"relax: (\S+) (.*?) ?([+-]\d+(?:\.\d+)?)%? = .*")


def way_out(said: str) -> WayOut:
    """What standard error says is to be relaxed.

    Raises:
        ValueError: on a line that cannot be read.
    """
    pots: dict[str, Decimal] = {}
    price, others = Decimal(0), []
    for line in said.splitlines():
        if not line.startswith("relax:"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[1] not in PRICES:
            raise ValueError(f"a line that cannot be read: {line}")
        amount = Decimal(match[3])
        price += PRICES[match[1]] * abs(amount)
        if match[1] == "pot":
            name = match[2].split()[0]
            pots[name] = pots.get(name, Decimal(0)) + amount
        else:
            others.append(match[1])
    return WayOut(pots, price, tuple(others))
