"""What every drawing of a plan starts from: its rows, its services, its critical path, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from consolidate.accounts.ledger import Ledger
from consolidate.audience.plan_books import PlanBooks
from consolidate.audience.restriction import highest_classification, restricted_to
from consolidate.diagrams.critical_path import CriticalPath, critical_chain
from consolidate.diagrams.platform_services import PlatformServices
from consolidate.diagrams.system_rows import SystemRows, system_rows
from consolidate.diagrams.wording import DiagramWords
from consolidate.inventory import Inventory
from consolidate.language import Language
from consolidate.language import language as language_named
from consolidate.plan import Move, Plan, Stay


class _Part(NamedTuple):
    """The systems of one partner, and what the plan does with them."""

    systems: list[str]
    moves: list[Move]
    stays: list[Stay]


@dataclass(frozen=True)
class PlanView:
    """A plan with its inventory and its ledger, arranged for drawing.

    Attributes:
        language: the language of every text; English unless given.
        approved: the approved plan, where drawings are to show what has changed since.
        rated: whether they show what risk systems run, and when their support ends.
    """

    inventory: Inventory
    plan: Plan
    ledger: Ledger
    language: Language = field(default_factory=lambda: language_named("en"))
    approved: Plan | None = None
    rated: bool = True

    @cached_property
    def marking(self) -> str:
        """The classification of what the drawings show, in capitals; empty where the programme has none."""
        return highest_classification(self.inventory, self.inventory.systems).upper()

    def of_partner(self, partner: str) -> PlanView:
        """What one partner may know: its own systems alone, nothing of the programme's people, money and proof."""
        return self.part_of(partner).view()

    def part_of(self, partner: str) -> PartnersPart:
        """The same before its books are written up."""
        part = self._parts[partner]
        own = frozenset(part.systems)
        plan = replace(self.plan, moves=tuple(part.moves), stays=tuple(part.stays))
        books = restricted_to(PlanBooks(self.inventory, plan, written=self.ledger), own, partner)
        return PartnersPart(partner, books, self.language, self.approved is not None, self.rated)

    @cached_property
    def _parts(self) -> Mapping[str, _Part]:
        """What is each partner's: found once for all, for there may be a hundred partners and thousands of systems."""
        found = {partner: _Part([], [], []) for partner in self.inventory.partners}
        part_of = {}
        for id, system in self.inventory.systems.items():
            part_of[id] = found[system.partner]
            part_of[id].systems.append(id)
        for move in self.plan.moves:
            if move.system in part_of:
                part_of[move.system].moves.append(move)
        for stay in self.plan.stays:
            if stay.system in part_of:
                part_of[stay.system].stays.append(stay)
        return found

    @cached_property
    def rows(self) -> SystemRows:
        """A row for each system."""
        return system_rows(self.inventory, self.plan, self.ledger, self.language, self.approved, self.rated)

    @cached_property
    def services(self) -> PlatformServices:
        """The shared services."""
        return PlatformServices(self.inventory, self.plan)

    @cached_property
    def critical(self) -> CriticalPath:
        """The critical path; see :func:`.critical_path.critical_chain`."""
        return CriticalPath(critical_chain(self.inventory, self.plan))

    @cached_property
    def words(self) -> DiagramWords:
        """Names and terms in the language of the drawing."""
        return DiagramWords(self.inventory, self.language)


@dataclass(frozen=True)
class PartnersPart:
    """What one partner may know of a plan: little enough to be sent to another process, where it is drawn.

    Attributes:
        partner: its id.
        books: its own systems and what the plan does with them.
        language, rated: as in :class:`PlanView`.
        compared: whether drawings are to show what has changed since the approved plan.
    """

    partner: str
    books: PlanBooks
    language: Language
    compared: bool
    rated: bool

    def view(self) -> PlanView:
        """The view of it, with books of its own."""
        return PlanView(
            replace(self.books.inventory, roles={}, pots={}),
            replace(self.books.plan, status="part"),
            self.books.ledger,
            self.language,
            self.books.inventory.approved if self.compared else None,
            self.rated,
        )
