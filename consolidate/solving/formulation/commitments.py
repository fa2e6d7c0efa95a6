"""What reported work still takes: its dates, and its money and people spread over the quarters to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from math import fsum
from typing import Any

from consolidate.inventory import Pot, Service, ServiceReport, Step, StepReport
from consolidate.plan import Costs

Booked = dict[tuple[str | None, int], float]
"""An amount by (role or pot, quarter)."""


def ends(report: StepReport, step: Step, open_: int) -> int:
    """The quarter in which a step was cut over, or will be."""
    assert report.start is not None
    if report.cutover is not None:
        return report.cutover
    return report.expected if report.expected is not None else max(report.start + step.quarters - 1, open_)


def ready(report: ServiceReport, service: Service, open_: int) -> int:
    """The quarter from which a service can be used, or will be."""
    given = report.ready if report.ready is not None else report.expected
    if given is not None:
        return given
    if service.build is None or report.start is None:
        return max(service.ready or 0, open_)
    return max(report.start + service.build.quarters, open_)


def spread(
    totals: Mapping[Any, tuple[float, ...] | float],
    start: int,
    end: int,
    told: Mapping[int, Mapping[Any, float]],
) -> Iterator[tuple[str | None, int, float]]:
    """What work from ``start`` to ``end`` takes: (role or pot, quarter, amount).

    A total is spread evenly; a list stands at its own length. A quarter that was reported on has what was
    reported, and what is left after the last of them is spread evenly over the rest.

    Args:
        totals: by role or pot, a total, or one figure for each quarter.
        told: what was reported, by quarter, then by role or pot.
    """
    length = end - start + 1
    last = max(told, default=start - 1)
    for key in dict.fromkeys([*totals, *(key for found in told.values() for key in found)]):
        whole = totals.get(key, 0.0)
        figures = whole if isinstance(whole, tuple) else ()
        total = fsum(figures) if figures else float(whole) if not isinstance(whole, tuple) else 0.0
        plan = figures if len(figures) == length else (total / max(length, 1),) * length
        booked = {quarter: amount for quarter, amount in enumerate(plan, start) if quarter <= last or not told}
        booked.update({quarter: found.get(key, 0.0) for quarter, found in told.items()})
        if told and end > last:
            left = max(total - fsum(booked.values()), 0.0)
            first = max(last + 1, start)
            booked.update(dict.fromkeys(range(first, end + 1), left / (end - first + 1)))
        yield from ((key, quarter, amount) for quarter, amount in booked.items() if amount)


def paid(pot: Pot, money: Mapping[tuple[str | None, int], float]) -> list[float]:
    """What is committed of a pot, by period."""
    return [fsum(money.get((pot.id, q), 0.0) for q in period.quarters) for period in pot.periods]


def overspent(pot: Pot, money: Mapping[tuple[str | None, int], float]) -> list[float]:
    """By period, how much more is committed than there is; with carry-forward, up to its end."""
    there = so_far = 0.0
    found = []
    for period, used in zip(pot.periods, paid(pot, money), strict=True):
        there, so_far = there + period.amount, so_far + used
        found.append(max(so_far - there, 0.0))
        if not pot.carry_forward:
            there = so_far = 0.0
    return found


def timing_start(report: StepReport) -> int:
    assert report.start is not None
    return report.start


def added(parts: Iterable[Costs]) -> Costs:
    """Costs added up, kind by kind."""
    listed = list(parts)
    return Costs(**{kind.name: fsum(getattr(part, kind.name) for part in listed) for kind in fields(Costs)})


def less(one: Costs, other: Costs) -> Costs:
    return Costs(**{kind.name: getattr(one, kind.name) - getattr(other, kind.name) for kind in fields(Costs)})
