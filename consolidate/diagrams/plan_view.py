"""What every drawing of a plan starts from: its rows, its services, its critical path, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

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
        own = self.inventory.systems_of[partner]
        books = restricted_to(PlanBooks(self.inventory, self._plans[partner], written=self.ledger), own, partner)
        return PlanView(
            replace(books.inventory, roles={}, pots={}),
            replace(books.plan, status="part"),
            books.ledger,
            self.language,
            self.approved and books.inventory.approved,
            self.rated,
        )

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        """What the plan does with each partner's systems; the rest of it is as it is."""
        moves: dict[str, list[Move]] = {partner: [] for partner in self.inventory.partners}
        stays: dict[str, list[Stay]] = {partner: [] for partner in self.inventory.partners}
        systems = self.inventory.systems
        for move in self.plan.moves:
            if move.system in systems:
                moves[systems[move.system].partner].append(move)
        for stay in self.plan.stays:
            if stay.system in systems:
                stays[systems[stay.system].partner].append(stay)
        return {id: replace(self.plan, moves=tuple(moves[id]), stays=tuple(stays[id])) for id in moves}

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
