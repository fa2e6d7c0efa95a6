"""The facts that warnings are made of, found partner by partner."""

from __future__ import annotations

from collections.abc import Mapping

from consolidate.inventory import Inventory
from consolidate.loading.drafts import Draft
from consolidate.loading.kept_partner import Amount, PartnerFacts, SystemPlaces
from consolidate.loading.lint import SystemLint
from consolidate.loading.misreadings import SystemMisreadings
from consolidate.loading.suspicions import SystemSlips, amounts_of
from consolidate.yaml_files.findings import Remarks
from consolidate.yaml_files.nodes import Mark, Seq


def partner_facts(inventory: Inventory, draft: Draft) -> Mapping[str, PartnerFacts]:
    """The facts of each partner, in the order of the partners; of those that were kept, the kept ones."""
    finder = _FactFinder(inventory, draft)
    return {
        partner: draft.kept[partner].facts if partner in draft.kept else finder.facts_of(partner)
        for partner in draft.partners
    }


class _FactFinder:
    """Finds the facts of one partner after another.

    They depend on the partner's own entries, the programme and the services, and on nothing of other partners: only
    so may they be kept.
    """

    def __init__(self, inventory: Inventory, draft: Draft) -> None:
        self.inventory = inventory
        self.draft = draft
        self.lint = SystemLint(inventory)
        self.slips = SystemSlips(inventory, draft)
        self.misreadings = SystemMisreadings(inventory, draft)

    def facts_of(self, partner: str) -> PartnerFacts:
        remarks, draws = Remarks(), False
        amounts: list[Amount] = []
        unprovided: list[tuple[str, Mark]] = []
        places: dict[str, SystemPlaces] = {}
        for entry in self.draft.entries_of(partner):
            system = self.inventory.systems[entry.id]
            options = entry.node.get("options")
            here = places[entry.id] = SystemPlaces(entry.key, options if isinstance(options, Seq) else None)
            self.lint.warn(entry, system, here, remarks)
            self.slips.warn(entry, system, remarks)
            self.misreadings.warn(entry, system, here, remarks)
            amounts += amounts_of(entry)
            if (without := self.slips.unprovided(entry, system)) is not None:
                unprovided.append(without)
            draws = draws or self.slips.draws_by_default(entry, system)
        return PartnerFacts(remarks.all(), amounts, tuple(unprovided), draws, places)
