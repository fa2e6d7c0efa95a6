"""What answers are made of: quarters with their dates, costs beside what they are compared with, and their JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from math import fsum
from typing import Any

from consolidate.inventory import Inventory
from consolidate.plan import KINDS


@dataclass(frozen=True, order=True)
class DatedQuarter:
    """A quarter: its number from the horizon's start, its label, its first and its last day."""

    number: int
    label: str
    begins: dt.date
    ends: dt.date


def dated(inventory: Inventory, quarter: int) -> DatedQuarter:
    """A quarter of an inventory's calendar, with its dates."""
    calendar = inventory.calendar
    return DatedQuarter(quarter, calendar.label(quarter), calendar.first_day(quarter), calendar.last_day(quarter))


def dated_or_none(inventory: Inventory, quarter: int | None) -> DatedQuarter | None:
    """The same, where there is one."""
    return None if quarter is None else dated(inventory, quarter)


@dataclass(frozen=True)
class CostLine:
    """A kind of cost (:class:`consolidate.Costs`), discounted, in the inventory's currency.

    ``plan``: under the plan. ``as_it_is``: if everything were left as it is.
    """

    kind: str
    plan: float
    as_it_is: float

    @property
    def more(self) -> float:
        """What the plan costs more; below 0: less."""
        return self.plan - self.as_it_is


def cost_lines(plan: Mapping[str, float], as_it_is: Mapping[str, float]) -> tuple[CostLine, ...]:
    """Costs by kind, in the ledger's order; kinds that neither has are left out."""
    lines = (CostLine(kind, plan.get(kind, 0.0), as_it_is.get(kind, 0.0)) for kind in KINDS)
    return tuple(line for line in lines if line.plan or line.as_it_is)


def total(lines: Sequence[CostLine]) -> CostLine:
    """All lines added up, judged exposure too."""
    return CostLine("total", fsum(line.plan for line in lines), fsum(line.as_it_is for line in lines))


@dataclass(frozen=True)
class UseByQuarter:
    """What is used of a role (person-days) or a pot (its ``id`` empty: capital of no pot; currency, undiscounted).

    ``by_quarter``: what is not 0, in order.
    """

    kind: str
    """``role`` or ``pot``."""
    id: str
    by_quarter: tuple[tuple[DatedQuarter, float], ...]

    @property
    def total(self) -> float:
        """All quarters together."""
        return fsum(amount for _, amount in self.by_quarter)


def answer_json(answer: Any) -> str:
    """An answer as JSON: its fields by name, ``kind_of_answer`` saying which class it is of.

    Parameters
    ----------
    answer
        What a function that answers returned, such as :func:`consolidate.describe_in_plan`.

    Returns
    -------
    str
        JSON that ends in a newline; amounts are rounded to 1e-6, quarters have their label and their dates.
    """
    data = {"format": 1, "kind_of_answer": type(answer).__name__, **_plain(answer)}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    """A value of plain JSON types; the properties of a dataclass that add up are not among its fields, and of those
    with the metadata ``json: False`` nothing is said."""
    if isinstance(value, DatedQuarter):
        return {"quarter": value.label, "begins": value.begins.isoformat(), "ends": value.ends.isoformat()}
    if is_dataclass(value) and not isinstance(value, type):
        shown = (field.name for field in fields(value) if field.metadata.get("json", True))
        return {name: _plain(getattr(value, name)) for name in shown}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 6) + 0.0
    return value
