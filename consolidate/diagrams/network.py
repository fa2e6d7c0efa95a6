"""What depends on what, as a graph: its nodes are systems, services, or groups of systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from consolidate.diagrams.critical_path import Work
from consolidate.diagrams.engine import themes
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import availability, move_sentence, service_sentence, support_and_risk
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.plan import ServiceBuild

MOST_NODES, MOST_EDGES = 110, 260
"""More than these cannot be followed in one drawing."""
_HUB = 6
"""A service that more systems need is written on their nodes instead of drawn as so many edges."""
_NEVER = 10.0**6
"""In the order of time, where what never happens stands."""


@dataclass(frozen=True)
class NetworkNode:
    """A system, a group of systems, or a service: what is written on it and how it looks.

    Attributes:
        name, line: the two lines of text.
        sentence: what it is, in full.
        order: the sort key, by time.
        fill, outline, ink: its colours.
    """

    id: str
    name: str
    line: str
    sentence: str
    order: tuple[float, int, str]
    fill: str
    outline: str
    ink: str = themes.INK
    critical: bool = False
    risk: str = ""


@dataclass(frozen=True)
class Dependency:
    """An edge of the graph: ``target`` waits for, needs, or has an interface with ``source``.

    ``kind``: ``after``, ``needs``, ``gate`` (a service waits for a system) or ``interface``. ``count``: how many
    dependencies of systems it stands for.
    """

    source: str
    target: str
    kind: str
    count: int = 1


@dataclass(frozen=True)
class Network:
    """What depends on what. Its nodes are made when they are drawn: where there are too many, nobody asks for them.

    Attributes:
        ends: the ids of the nodes, in the order of the edges.
        edges: between them.
        hubs: the services written as codes on nodes: ``LZ Landing zone (19)``.
        node: makes a node of its id.
    """

    ends: Collection[str]
    edges: Sequence[Dependency]
    hubs: Sequence[str]
    node: Callable[[str], NetworkNode] = field(repr=False, compare=False)

    @cached_property
    def nodes(self) -> Mapping[str, NetworkNode]:
        """The nodes by id, in order of time."""
        found = {end: self.node(end) for end in self.ends}
        return dict(sorted(found.items(), key=lambda item: item[1].order))

    @property
    def fits(self) -> bool:
        """Whether it can be read when every node and edge is drawn."""
        return len(self.ends) <= MOST_NODES and len(self.edges) <= MOST_EDGES


def node_id(work: Work) -> str:
    """The id of the node that stands for a piece of work."""
    return _service_id(work.service) if isinstance(work, ServiceBuild) else work.system


def _service_id(service: str) -> str:
    return f"service {service}"


def network(view: PlanView) -> Network:
    """The systems and services that depend on something or that something depends on."""
    rows = {row.system.id: row for row in view.rows.every}
    edges: dict[Dependency, None] = {}
    for row in view.rows.every:
        for other in row.system.after:
            edges[Dependency(other, row.system.id, "after")] = None
        for interface in row.system.interfaces:
            if Dependency(row.system.id, interface.other, "interface") not in edges:
                edges[Dependency(interface.other, row.system.id, "interface")] = None
    codes = _add_needs(view, edges)
    for service in view.inventory.services.values():
        if view.services.ready(service) is not None:
            for system in service.after:
                edges[Dependency(system, _service_id(service.id), "gate")] = None
            for need in service.needs:
                edges[Dependency(_service_id(need), _service_id(service.id), "needs")] = None
    ends = dict.fromkeys(end for edge in edges for end in (edge.source, edge.target))

    def node(end: str) -> NetworkNode:
        if end in rows:
            return _system_node(view, rows[end], codes.get(end, ()))
        return _service_node(view, end.removeprefix("service "))

    return Network(tuple(ends), tuple(edges), _hubs(view, codes), node)


def _add_needs(view: PlanView, edges: dict[Dependency, None]) -> dict[str, list[str]]:
    """Add what systems need beside the service they move into; returns the codes to write on their nodes."""
    needed: dict[str, list[str]] = {}
    for row in view.rows.moving:
        own = {move.to for move in row.moves}
        needs = dict.fromkeys(need for move in row.moves for need in row.step(move).needs if need not in own)
        for need in needs:
            needed.setdefault(need, []).append(row.system.id)
    codes: dict[str, list[str]] = {}
    for service, systems in needed.items():
        for system in systems:
            if len(systems) <= _HUB:
                edges[Dependency(_service_id(service), system, "needs")] = None
            else:
                codes.setdefault(system, []).append(view.services.codes[service])
    return codes


def _hubs(view: PlanView, codes: Mapping[str, Sequence[str]]) -> list[str]:
    """What the codes on nodes stand for, and how many nodes have them."""
    counts = Counter(code for written in codes.values() for code in written)
    return [
        f"{view.services.codes[identity]} {view.words.name(service.name)} ({counts[view.services.codes[identity]]:,})"
        for identity, service in view.inventory.services.items()
        if counts[view.services.codes[identity]]
    ]


def _system_node(view: PlanView, row: SystemRow, needs: Sequence[str]) -> NetworkNode:
    partner = view.words.partner(row.system.partner)
    if row.moves:
        time = row.moves[0].cutover + 0.5
        when = view.words.quarter(row.moves[0].cutover)
        sentence = " ".join(move_sentence(view, row, move) for move in row.moves)
        fill, outline = themes.TINT[row.risk], themes.RISK[row.risk]
    else:
        time, when = _NEVER + 0.5, view.language.text("stays")
        sentence = view.language.text(
            "{partner}: {name} stays as it is; {support}.",
            partner=partner,
            name=row.name,
            support=support_and_risk(view, row),
        )
        fill, outline = themes.HEAD, themes.GREY
    if needs:
        when = view.language.text("{when}, needs {services}", when=when, services=" ".join(needs))
    return NetworkNode(
        id=row.system.id,
        name=row.name,
        line=f"{when} · {partner}",
        sentence=sentence,
        order=(time, 0, row.system.id),
        fill=fill,
        outline=outline,
        critical=view.critical.runs_through(row.moves),
        risk=row.risk,
    )


def _service_node(view: PlanView, identity: str) -> NetworkNode:
    service = view.inventory.services[identity]
    ready = view.services.ready(service)
    colour = view.services.colours[identity]
    return NetworkNode(
        id=_service_id(identity),
        name=f"{view.services.codes[identity]}  {view.words.name(service.name)}",
        line=view.language.text("{when} · service", when=availability(view, ready)),
        sentence=service_sentence(view, service),
        order=(float(ready) if ready is not None else _NEVER, _depth(view, identity), identity),
        fill=colour,
        outline=colour,
        ink=themes.PAPER,
        critical=view.services.builds.get(identity) in view.critical,
    )


def _depth(view: PlanView, identity: str) -> int:
    """The length of the longest chain of services that this one needs (two may be bought in one quarter)."""
    needs = view.inventory.services[identity].needs
    return max((_depth(view, need) + 1 for need in needs), default=0)


def grouped(view: PlanView, whole: Network) -> Network:
    """The same graph with systems grouped by partner and capability; edges inside a group are left out."""
    group = {row.system.id: f"{row.system.partner}/{row.system.capability}" for row in view.rows.every}
    members: dict[str, list[SystemRow]] = {}
    shown = set(whole.ends)
    for row in view.rows.every:
        if row.system.id in shown:
            members.setdefault(group[row.system.id], []).append(row)
    ends = (*(end for end in whole.ends if end not in group), *members)
    counts: dict[tuple[str, str, str], int] = {}
    for edge in whole.edges:
        source, target = group.get(edge.source, edge.source), group.get(edge.target, edge.target)
        if source != target:
            counts[source, target, edge.kind] = counts.get((source, target, edge.kind), 0) + 1
    edges = tuple(Dependency(*key, count) for key, count in counts.items())

    def node(end: str) -> NetworkNode:
        return _group_node(view, end, members[end]) if end in members else whole.node(end)

    return Network(ends, edges, whole.hubs, node)


def _group_node(view: PlanView, key: str, rows: Sequence[SystemRow]) -> NetworkNode:
    """A node for systems of one partner and capability."""
    system, risk = rows[0].system, worst_risk(rows)
    name = f"{system.capability}: {view.words.systems(len(rows))}"
    cutovers = [row.moves[0].cutover for row in rows if row.moves]
    when = view.words.span(min(cutovers), max(cutovers)) if cutovers else view.language.text("stay")
    partner = view.words.partner(system.partner)
    sentence = view.language.text(
        "{partner}: {systems}, {when}; worst risk {risk}.",
        partner=partner,
        systems=name,
        when=when,
        risk=view.words.risk_word(risk),
    )
    time = sum(cutovers) / len(cutovers) + 0.5 if cutovers else _NEVER
    return NetworkNode(
        id=key,
        name=name,
        line=f"{when} · {partner}",
        sentence=sentence,
        order=(time, 0, key),
        fill=themes.TINT[risk],
        outline=themes.RISK[risk],
        critical=any(view.critical.runs_through(row.moves) for row in rows),
        risk=risk,
    )
