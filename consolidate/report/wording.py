"""What the sections of a pack are put into words with: names, quarters and amounts in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.inventory import Inventory, Name
from consolidate.language import Language, marked
from consolidate.pictures.facts import NAMES
from consolidate.quarters import year_label
from consolidate.report.content import Cell, Column, Kind
from consolidate.report.reckoned import Facts
from consolidate.report.view import THRESHOLD

MOST = 100
"""So many rows of a list stand in a pack; the tables beside it hold them all."""
Row = tuple[Cell, ...]

STATUS = {
    "started": marked("under way"),
    "live": marked("moved"),
    "off": marked("moved, old system off"),
    "stopped": marked("work stopped"),
    "cancelled": marked("given up"),
    "waiting": marked("not begun"),
    "planned": marked("planned"),
    "stays": marked("stays as it is"),
}
LEVELS = {"high": marked("high"), "medium": marked("medium"), "low": marked("low")}


@dataclass(frozen=True)
class Words:
    """A pack's facts, and the language they are told in."""

    facts: Facts
    own: Language

    @property
    def inventory(self) -> Inventory:
        return self.facts.shown.inventory

    def name(self, name: Name) -> str:
        return self.own.name(name)[0]

    def system(self, id: str) -> str:
        return self.name(self.inventory.systems[id].name)

    def partner(self, id: str) -> str:
        return self.name(self.facts.base.inventory.partners[id].name)

    def partner_of(self, system: str) -> str:
        return self.partner(self.inventory.systems[system].partner)

    def service(self, id: str | None) -> str | None:
        return None if id is None else self.name(self.inventory.services[id].name)

    def label(self, quarter: int | None) -> str | None:
        """For a column of quarters, which a table's writer puts into the language."""
        return None if quarter is None else self.facts.base.inventory.label(quarter)

    def quarter(self, quarter: int) -> str:
        """Within a sentence."""
        return self.own.quarter(self.facts.base.inventory.label(quarter))

    def year(self, year: int) -> str:
        return year_label(year)

    def money(self, amount: float) -> str:
        return self.own.money(amount, self.inventory.currency)

    def approach(self, approach: str) -> str:
        return self.own.text(NAMES[approach][0])

    def status(self, status: str) -> str:
        return self.own.text(STATUS[status])

    def systems(self, count: int) -> str:
        return self.own.plural("{n} system", "{n} systems", count)

    def quarters(self, count: int) -> str:
        return self.own.plural("{n} quarter", "{n} quarters", count)

    def apart(self, amount: float) -> str:
        """By how much an amount differs from another, in words."""
        if abs(amount) < 0.5:
            return self.own.text("the same")
        if amount > 0:
            return self.own.text("{amount} more", amount=self.money(amount))
        return self.own.text("{amount} less", amount=self.money(-amount))

    # -- what may be said to whom

    def counted(self, count: int) -> Cell:
        """A number of systems that run unsupported. To the public none: beside who moves when, whether in the same
        pack or in the next, even a change by one says which system it was."""
        return self.own.text("not shown") if self.facts.audience.public else count

    def number(self, count: int) -> str:
        """The same, within a sentence."""
        found = self.counted(count)
        return found if isinstance(found, str) else self.own.number(count)

    def left_out(self, count: int) -> str:
        """A number of systems that are left out, within a sentence; one or two might be known by it."""
        return self.own.text("fewer than {n}", n=THRESHOLD) if count < THRESHOLD else self.own.number(count)

    def capped(self, rows: Sequence[Row]) -> tuple[tuple[Row, ...], str]:
        """The first rows of a long list, and a note that says how many there are."""
        if len(rows) <= MOST:
            return tuple(rows), ""
        note = self.own.text(
            "The first {shown} of {all}; the tables for Power BI hold all moves.",
            shown=self.own.number(MOST),
            all=self.own.number(len(rows)),
        )
        return tuple(rows[:MOST]), note


def column(key: str, heading: str, kind: Kind = "text") -> Column:
    return Column(key, heading, kind)
