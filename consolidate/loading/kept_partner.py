"""What loading makes of one partner's file, apart from all others: it may be kept, and need not be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidate.inventory import Option, System
from consolidate.yaml_files.findings import Remark
from consolidate.yaml_files.nodes import Map, Mark

Amount = tuple[str, float, Mark]
"""An amount of money: the key that says its kind, how much, and where."""


@dataclass(frozen=True, slots=True)
class SystemPlaces:
    """Where a system's id stands, and each of its options; without ``options`` they come from `approaches`."""

    key: Mark
    options: Sequence[Mark] | None


@dataclass(frozen=True)
class PartnerFacts:
    """What warnings are made of. What concerns one system alone is a warning already.

    Attributes:
        remarks: the warnings about single systems.
        amounts: those in the entries of its systems.
        unprovided: capabilities that no service provides, of systems without a service to go to; with their places.
        draws_by_default: whether capital of its moves comes from the first pot, or from its own, unless told otherwise.
        places: by system.
    """

    remarks: tuple[Remark, ...]
    amounts: Sequence[Amount]
    unprovided: tuple[tuple[str, Mark], ...]
    draws_by_default: bool
    places: Mapping[str, SystemPlaces]


@dataclass(frozen=True)
class KeptPartner:
    """A partner's file without errors, as far as its own text, the programme and the services decide.

    Attributes:
        head: its tree without the systems.
        nodes: how many keys and values the file holds.
        systems: by whole id, in the order of the file.
        forbidden: by system, the options that `must_move` leaves out.
        products: those whose end of support was looked up, as they are written.
        latest: by system that has a `latest`, the line of it.
        facts: what warnings are made of.
    """

    head: Map
    nodes: int
    systems: Mapping[str, System]
    forbidden: Mapping[str, tuple[Option, ...]]
    products: tuple[str, ...]
    latest: Mapping[str, int]
    facts: PartnerFacts

    def others(self) -> frozenset[str]:
        """The systems that its systems name in `after` and as ends of interfaces."""
        named = {id for system in self.systems.values() for id in system.after}
        return frozenset(named.union(one.other for system in self.systems.values() for one in system.interfaces))


class TreeNeeded(Exception):
    """Something can only be said from the tree of a file, and of that file no tree was read but what had been kept."""
