"""The wording that all sections share: names, quarters and amounts in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consolidate.audience.restriction import THRESHOLD
from consolidate.inventory import Inventory, Name, When
from consolidate.language import Language
from consolidate.plan import Move
from consolidate.quarters import year_label
from consolidate.report.document import CellValue, Cut
from consolidate.report.facts.records import BudgetYear, PackFacts
from consolidate.vocabulary import APPROACH_NAMES, translatable

ROWS_ON_A_PAGE = 100
"""The most rows of a list that are shown on a page; the workbook holds them all."""
NAMES_IN_A_CELL = 8
"""The most systems that are named in one cell."""
Row = tuple[CellValue, ...]

STATUS_NAMES = {
    "started": translatable("under way"),
    "live": translatable("moved"),
    "off": translatable("moved, old system off"),
    "stopped": translatable("work stopped"),
    "cancelled": translatable("given up"),
    "waiting": translatable("not begun"),
    "planned": translatable("planned"),
    "stays": translatable("stays as it is"),
}
LEVEL_NAMES = {"high": translatable("high"), "medium": translatable("medium"), "low": translatable("low")}


@dataclass(frozen=True)
class Wording:
    """A pack's facts, and the language that they are put into words in."""

    facts: PackFacts
    language: Language

    @property
    def inventory(self) -> Inventory:
        """The inventory that the pack is about."""
        return self.facts.shown.inventory

    @property
    def counts_own_time(self) -> bool:
        """Whether what own people's days are worth is among the costs: it is no payment."""
        return any(role.day_cost for role in self.inventory.roles.values())

    def name(self, name: Name) -> str:
        """A name in the pack's language, in English where there is none."""
        return self.language.name(name)[0]

    def system(self, id: str) -> str:
        """A system's name."""
        return self.name(self.inventory.systems[id].name)

    def few_systems(self, ids: Sequence[str]) -> str | None:
        """The names of systems, that of several once with their number; of many the first, and how many more."""
        if not ids:
            return None
        shown = list(Counter(map(self.system, ids)).items())[:NAMES_IN_A_CELL]
        named = ", ".join(name if count == 1 else f"{name} ({self.language.number(count)})" for name, count in shown)
        more = len(ids) - sum(count for _, count in shown)
        return named if more <= 0 else f"{named} {self.language.text('and {n} more', n=self.language.number(more))}"

    def step(self, id: str, step: int) -> str:
        """A step of a system's move, by the system's name."""
        name = self.system(id)
        return name if step == 1 else self.language.text("{system}, second step", system=name)

    def partner(self, id: str) -> str:
        """A partner's name."""
        return self.name(self.facts.shown.inventory.partners[id].name)

    def partners(self, ids: Iterable[str]) -> str:
        """Several partners' names."""
        return ", ".join(map(self.partner, ids))

    def budget_year(self, one: BudgetYear) -> str:
        """The year of a budget; of one that is appraised in part, that it is."""
        return self.language.text("{year} (part of it)", year=one.label) if one.quarters < 4 else one.label

    def budget(self, one: BudgetYear) -> str:
        """A budget by its year, and by whom it is of where that is not the whole programme."""
        year = self.budget_year(one)
        return year if one.partners is None else f"{year}, {self.partners(one.partners)}"

    def when(self, when: When | None) -> CellValue:
        """A date as it was given: the day, or a whole quarter."""
        if when is None:
            return None
        return when.day if when.day is not None else self.quarter(when.quarter)

    def partner_of(self, system: str) -> str:
        """The name of a system's partner."""
        return self.partner(self.inventory.systems[system].partner)

    def service(self, id: str | None) -> str | None:
        """A service's name."""
        return None if id is None else self.name(self.inventory.services[id].name)

    def tier(self, id: str | None) -> str:
        """A tier's name."""
        return self.language.text("none") if id is None else self.name(self.facts.shown.inventory.name_of("tier", id))

    def role(self, id: str) -> str:
        """A role's name."""
        return self.name(self.inventory.name_of("role", id))

    def pot(self, id: str | None) -> str:
        """A pot's name."""
        return self.language.text("no pot") if id is None else self.name(self.inventory.name_of("pot", id))

    def label(self, quarter: int | None) -> str | None:
        """For a column of quarters, which a table's writer puts into the language."""
        return None if quarter is None else self.facts.shown.inventory.label(quarter)

    def quarter(self, quarter: int) -> str:
        """Within a sentence."""
        return self.language.quarter(self.facts.shown.inventory.label(quarter))

    def year(self, year: int) -> str:
        """A financial year."""
        return year_label(year)

    def money(self, amount: float) -> str:
        """An amount in the programme's currency."""
        return self.language.money(amount, self.inventory.currency)

    def approach(self, approach: str) -> str:
        """An approach's name."""
        return self.language.text(APPROACH_NAMES[approach][0])

    def approach_and_service(self, move: Move) -> str:
        """How a step moves, and where to."""
        service = self.service(move.to) if move.to in self.inventory.services else None
        return self.approach(move.approach) if service is None else f"{self.approach(move.approach)} ({service})"

    def status(self, status: str) -> str:
        """What has become of a step."""
        return self.language.text(STATUS_NAMES[status])

    def systems(self, count: int) -> str:
        """A number of systems."""
        return self.language.plural("{n} system", "{n} systems", count)

    def quarters(self, count: int) -> str:
        """A number of quarters."""
        return self.language.plural("{n} quarter", "{n} quarters", count)

    def apart(self, amount: float) -> str:
        """By how much an amount differs from another, in words."""
        if abs(amount) < 0.5:
            return self.language.text("the same")
        if amount > 0:
            return self.language.text("{amount} more", amount=self.money(amount))
        return self.language.text("{amount} less", amount=self.money(-amount))

    # -- what may be said to whom

    def left_out(self, count: int) -> str:
        """A number of systems that are left out, within a sentence; one or two might be known by it."""
        return self.language.text("fewer than {n}", n=THRESHOLD) if count < THRESHOLD else self.language.number(count)

    def cut(self, count: int, closing: int = 1) -> Cut | None:
        """Where a long list of so many rows ends on a page; ``closing`` rows that add it up are not counted."""
        if count <= ROWS_ON_A_PAGE:
            return None
        note = self.language.text(
            "The first {shown} of {all}; the workbook holds all.",
            shown=self.language.number(ROWS_ON_A_PAGE),
            all=self.language.number(count),
        )
        return Cut(
            ROWS_ON_A_PAGE, note, self.language.plural("{n} more row", "{n} more rows", count - ROWS_ON_A_PAGE), closing
        )
