"""Which systems a rule of the programme speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from consolidate.inventory import Selection, System
from consolidate.loading import schema
from consolidate.phrases import Phrase


class Selector:
    """Finds the systems that each filter matches; equal filters share one selection."""

    def __init__(self, systems: Mapping[str, System]) -> None:
        self.every = Selection(frozenset(systems), Phrase("every system"))
        self.known: dict[tuple[object, ...], Selection] = {}
        self.by: dict[str, dict[str, set[str]]] = {"partners": {}, "capabilities": {}, "tiers": {}, "systems": {}}
        for key, system in systems.items():
            self.by["partners"].setdefault(system.partner, set()).add(key)
            self.by["capabilities"].setdefault(system.capability, set()).add(key)
            self.by["tiers"].setdefault(system.tier or "", set()).add(key)
            self.by["systems"][key] = {key}

    def __call__(self, rule: schema.Filter) -> Selection:
        """The systems that a filter matches; all of them where it names nothing."""
        lists: tuple[tuple[str, ...] | None, ...] = tuple(getattr(rule, kind) for kind in self.by)
        if not any(lists):
            return self.every
        if lists not in self.known:
            matching = self.every.systems
            for groups, given in zip(self.by.values(), lists, strict=True):
                if given is not None:
                    matching &= frozenset().union(*(groups.get(word, ()) for word in given))
            self.known[lists] = Selection(matching, "; ".join(", ".join(given) for given in lists if given is not None))
        return self.known[lists]


def joining(systems: Mapping[str, System]) -> Mapping[str, int]:
    """The quarters from which systems count whose partners join on the way, by system."""
    return {id: system.joins for id, system in systems.items() if system.joins > 0}


def joining_after(quarter: int, who: Selection, joins: Mapping[str, int]) -> frozenset[str]:
    """The selected systems whose partners join after a quarter: what is due then does not count them."""
    return frozenset(id for id, joined in joins.items() if joined > quarter and id in who.systems)
