"""A draft: each file valid by itself, with its faults taken out; rules between files are not yet checked."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from consolidate.loading import schema
from consolidate.loading.kept_partner import KeptPartner, TreeNeeded
from consolidate.loading.schema import Known
from consolidate.loading.schema.fields import whole
from consolidate.loading.sources import Sources
from consolidate.quarters import Calendar
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.nodes import Map, Mark, Node, Place, Seq, Text, map_at, text_at


@dataclass(frozen=True)
class Entry:
    """A system as its partner's file has it, with its tree; ``key`` is its id in the file."""

    id: str
    partner: str
    model: schema.System
    node: Map
    key: Mark


@dataclass(frozen=True)
class Draft:
    """The models of all files, with the trees that know the place of everything.

    ``programme`` is None when nothing of it can be used. ``systems`` are those of files whose trees were read; what
    is known of the others' is in ``kept``, by partner.
    """

    sources: Sources
    calendar: Calendar
    known: Known
    programme: schema.Programme | None
    programme_node: Map
    services: Mapping[str, schema.Service]
    services_node: Map
    partners: Mapping[str, schema.Partner]
    partner_nodes: Mapping[str, Map]
    systems: Mapping[str, Entry]
    kept: Mapping[str, KeptPartner]

    @cached_property
    def _entries(self) -> Mapping[str, Sequence[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.systems.values():
            found.setdefault(entry.partner, []).append(entry)
        return found

    def entries_of(self, partner: str) -> Sequence[Entry]:
        """A partner's systems in the order of its file, which was read."""
        return self._entries.get(partner, ())

    def entry(self, system: str) -> Entry:
        """A system with its tree.

        Raises:
            TreeNeeded: its partner's file was not read.
        """
        if system not in self.systems:
            raise TreeNeeded
        return self.systems[system]


def read_draft(sources: Sources, findings: Findings) -> Draft:
    """Validates each file by itself, references to ids of other files included."""
    empty = map_at(Place(sources.path_of("programme.yaml")), ())
    meant = _as_meant(sources)
    calendar = _calendar(meant.programme or empty)
    unread = frozenset(sources.unread | _shapeless(meant))
    absent = sources.services is None and sources.services_read
    known = Known(calendar, _ids(meant), unread, without_services=[] if absent else None)
    programme, programme_node = None, empty
    if sources.programme is not None:
        stand_ins = _stand_ins(calendar, sources.programme)
        programme, programme_node = schema.validate(schema.Programme, sources.programme, known, findings, stand_ins)
    services, services_node = _services(sources, known, findings)
    partners, nodes = {}, {}
    for partner, node in sources.partners.items():
        own = replace(known, partner=partner)
        model, pruned = schema.validate(schema.Partner, node, own, findings)
        if model is not None:
            partners[partner], nodes[partner] = model, pruned
    _check_others(sources, known)
    systems = dict(_systems(partners, nodes))
    return Draft(
        *(sources, calendar, known, programme, programme_node, services, services_node, partners, nodes, systems),
        kept={partner: kept for partner, kept in sources.kept.items() if partner in partners},
    )


def _as_meant(sources: Sources) -> Sources:
    """The files, misspelt keys taken for those that were meant, so that what they define is known."""
    meant = copy.copy(sources)
    if sources.programme is not None:
        programme = schema.as_meant(schema.Programme, sources.programme)
        horizon = programme.get("horizon")
        if isinstance(horizon, Map) and (whole := schema.as_meant(schema.Horizon, horizon)) is not horizon:
            programme = programme.copy_of([(key, whole if key == "horizon" else it) for key, it in programme.items()])
        meant.programme = programme
    if sources.services is not None:
        meant.services = schema.as_meant(schema.Services, sources.services)
    meant.partners = {partner: schema.as_meant(schema.Partner, node) for partner, node in sources.partners.items()}
    return meant


def _check_others(sources: Sources, known: Known) -> None:
    """Whether all systems that kept files name are still there.

    Raises:
        TreeNeeded: one is not, of which its file's tree would say more.
    """
    there = known.ids["system"]
    assert there is not None
    if any(other not in there for kept in sources.kept.values() for other in kept.others()):
        raise TreeNeeded


def _stand_ins(calendar: Calendar, programme: Map) -> Mapping[str, Node]:
    """The keys that programme.yaml must have, put in where they are missing so that other faults are found, too."""
    label = text_at(Place(programme.source), calendar.label(0))
    return {"programme": label, "horizon": programme.copy_of([("from", label), ("to", label)])}


def _services(sources: Sources, known: Known, findings: Findings) -> tuple[Mapping[str, schema.Service], Map]:
    nothing = map_at(Place(sources.path_of("services.yaml")), ())
    if sources.services is None:
        return {}, nothing
    model, node = schema.validate(schema.Services, sources.services, known, findings)
    below = node.get("services")
    if model is None or not isinstance(below, Map):
        nothing.lost = node.lost | {"services"}
        return {}, nothing
    return model.services, below


def _systems(partners: Mapping[str, schema.Partner], nodes: Mapping[str, Map]) -> Iterator[tuple[str, Entry]]:
    for partner, model in partners.items():
        below = nodes[partner].get("systems")
        for system, entry in model.systems.items():
            assert isinstance(below, Map)
            node = below[system]
            assert isinstance(node, Map)
            whole_id = f"{partner}/{system}"
            yield whole_id, Entry(whole_id, partner, entry, node, below.key(system))


def _calendar(programme: Map) -> Calendar:
    """The calendar as far as programme.yaml gives one; its faults are reported elsewhere."""
    starts = programme.get("financial_year_starts")
    try:
        month = whole(1, 12, "as a month")(starts) if starts is not None else 4
    except ValueError:
        month = 4
    calendar = Calendar(0, month)
    horizon = programme.get("horizon")
    start = horizon.get("from") if isinstance(horizon, Map) else None
    try:
        return Calendar(calendar.quarter(start), calendar.starts) if isinstance(start, Text) else calendar
    except ValueError:
        return calendar


def _ids(sources: Sources) -> Mapping[str, Mapping[str, object] | None]:
    """The ids that exist, by kind; faulty entries count, so that nothing is reported twice."""
    programme = sources.programme
    services = _below(sources.services, "services") if sources.services_read else None
    ids: dict[str, Mapping[str, object] | None] = {
        "pot": _below(programme, "capital") if programme is not None else None,
        "role": _below(programme, "roles") if programme is not None else None,
        "tier": _below(programme, "tiers") if programme is not None else None,
        "size": _sizes(programme),
        "classification": _classifications(programme),
        "service": services,
        "partner": {**sources.partners, **dict.fromkeys(sources.unread)},
    }
    systems = _SystemIds({partner: _systems_of(sources, partner) or {} for partner in sources.partners})
    capabilities: dict[str, object] = {}
    whole = services is not None and not sources.unread
    for service, entry in (services or {}).items():
        capabilities[_word(entry, "provides", service)] = None
    for partner in sources.partners:
        if partner in sources.kept:
            capabilities.update(dict.fromkeys(system.capability for system in sources.kept[partner].systems.values()))
            continue
        below = _below(sources.partners[partner], "systems")
        whole = whole and below is not None
        for system, entry in (below or {}).items():
            capabilities[_word(entry, "capability", system)] = None
    return {**ids, "system": systems, "capability": capabilities if whole else None}


def _systems_of(sources: Sources, partner: str) -> Mapping[str, object] | None:
    """A partner's systems by their short ids; None where its file has something else in their place."""
    kept = sources.kept.get(partner)
    if kept is None:
        return _below(sources.partners[partner], "systems")
    return dict.fromkeys(id.partition("/")[2] for id in kept.systems)


class _SystemIds(Mapping[str, object]):
    """Whole ids of systems, each `partner/system`, read off the partners' mappings: a hostile file has so many that
    texts of their own would take a third of the memory that the file itself takes."""

    def __init__(self, partners: Mapping[str, Mapping[str, object]]) -> None:
        self.partners = partners

    def __contains__(self, whole_id: object) -> bool:
        partner, _, system = str(whole_id).partition("/")
        return system in self.partners.get(partner, ())

    def __getitem__(self, whole_id: str) -> object:
        partner, _, system = whole_id.partition("/")
        return self.partners[partner][system]

    def __iter__(self) -> Iterator[str]:
        return (f"{partner}/{system}" for partner, below in self.partners.items() for system in below)

    def __len__(self) -> int:
        return sum(map(len, self.partners.values()))


def _shapeless(sources: Sources) -> set[str]:
    """Partners whose file can be read, but not what systems it means."""
    return {partner for partner, node in sources.partners.items() if _below(node, "systems") is None}


def _below(node: Map | None, key: str) -> Mapping[str, object] | None:
    """The mapping under ``key``: empty when left out, None when it is something else."""
    if node is None or key not in node:
        return {}
    below = node[key]
    return below if isinstance(below, Map) else None


def _word(entry: object, key: str, otherwise: str) -> str:
    value = entry.get(key, otherwise) if isinstance(entry, Map) else otherwise
    return value if isinstance(value, str) else otherwise


def _sizes(programme: Map | None) -> Mapping[str, object] | None:
    approaches = _below(programme, "approaches") if programme is not None else None
    if approaches is None or not all(isinstance(sizes, Map) for sizes in approaches.values()):
        return None
    return {size: None for sizes in approaches.values() if isinstance(sizes, Map) for size in sizes}


def _classifications(programme: Map | None) -> Mapping[str, object] | None:
    if programme is None:
        return None
    listed = programme.get("classifications")
    if isinstance(listed, Seq):
        return {str(word): None for word in listed if isinstance(word, str)}
    return {} if listed is None else None
