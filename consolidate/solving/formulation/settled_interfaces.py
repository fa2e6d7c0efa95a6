"""Interfaces with systems whose work ends beyond the horizon.

Nothing is left to decide about such a system, so what an interface with it costs depends on the other side alone: it
is a cost of that side's choices, like any other of their own, and every method has it from there. Between two of them
it is the same in every plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from consolidate.inventory import Interface, Inventory, SettledInterface, System
from consolidate.solving.formulation.costs import Passage, bridged_span


@dataclass(frozen=True)
class SettledInterfaces:
    """The interfaces of an inventory with systems whose course is settled.

    Attributes:
        settled: these systems.
        seen_from: by system that is not settled, its interfaces with those that are, whichever of the two lists them.
        between_settled: of those between two of them: the partner that pays, the cost a quarter, and the quarters.
    """

    settled: frozenset[str]
    seen_from: Mapping[str, tuple[SettledInterface, ...]]
    between_settled: tuple[tuple[str, float, range], ...]

    def left(self, system: System) -> System:
        """A system with interfaces as what is left to plan has them."""
        among = tuple(link for link in system.interfaces if self.undecided(system, link))
        seen = self.seen_from.get(system.id, ())
        return replace(system, interfaces=among, settled=seen) if seen or among != system.interfaces else system

    def undecided(self, system: System, link: Interface) -> bool:
        """Whether neither side of an interface is settled."""
        return system.id not in self.settled and link.other not in self.settled


def settled_interfaces(inventory: Inventory, passages: Mapping[str, Passage]) -> SettledInterfaces:
    """The interfaces with systems of which nothing is left to decide.

    Args:
        inventory: whose systems they are between.
        passages: by system whose course is settled, when it is live and retired.
    """
    seen: dict[str, list[SettledInterface]] = {}
    between = []
    for system in inventory.systems.values() if passages else ():
        for link in system.interfaces:
            joined = max(system.joins, inventory.systems[link.other].joins)
            one, other = passages.get(system.id), passages.get(link.other)
            if one is not None and other is not None:
                first, last = bridged_span(one, other, joined)
                between.append((system.partner, link.cost, range(first, last + 1)))
            elif one is not None:
                this = SettledInterface(system.partner, link.cost, joined, one.live, one.retired)
                seen.setdefault(link.other, []).append(this)
            elif other is not None:
                this = SettledInterface(system.partner, link.cost, joined, other.live, other.retired)
                seen.setdefault(system.id, []).append(this)
    found = {id: tuple(links) for id, links in seen.items()}
    return SettledInterfaces(frozenset(passages), found, tuple(between))
