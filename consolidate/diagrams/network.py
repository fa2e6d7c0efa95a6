"""What depends on what, as boxes and lines: systems, services, or groups of systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from consolidate.diagrams.critical_path import Work
from consolidate.diagrams.engine import themes
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    availability,
    move_sentence,
    service_sentence,
    support_and_risk,
)
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.plan import ServiceBuild

MOST_BOXES, MOST_LINES = 110, 260
"""So many can be followed in one picture."""
_HUB = 6
"""A service that more systems need is written on their boxes instead of drawn as so many lines."""
_Key = tuple[float, int, str]


@dataclass(frozen=True)
class Box:
    """A system, a group of systems, or a service: two lines of text and what it looks like."""

    id: str
    name: str
    line: str
    sentence: str
    order: _Key
    fill: str
    edge: str
    ink: str = themes.INK
    heavy: bool = False
    risk: str = ""


@dataclass(frozen=True)
class Line:
    """``kind``: after, needs, or interface. ``one`` is waited for by ``other``; ``count`` of them."""

    one: str
    other: str
    kind: str
    count: int = 1


@dataclass(frozen=True)
class Network:
    boxes: Mapping[str, Box]
    lines: Sequence[Line]
    hubs: Sequence[str] = ()
    """Services written as codes on boxes: ``LZ Landing zone (19)``."""

    @property
    def fits(self) -> bool:
        return len(self.boxes) <= MOST_BOXES and len(self.lines) <= MOST_LINES


def box_of(work: Work) -> str:
    """The id of the box that stands for a piece of work."""
    return f"service {work.service}" if isinstance(work, ServiceBuild) else work.system


def network(view: PlanView) -> Network:
    """Systems and services that depend on something, in order of time, and the lines between them."""
    rows = {row.system.id: row for row in view.rows.every}
    lines: dict[Line, None] = {}
    for row in view.rows.every:
        for other in row.system.after:
            lines[Line(other, row.system.id, "after")] = None
        for interface in row.system.interfaces:
            if Line(row.system.id, interface.other, "interface") not in lines:
                lines[Line(interface.other, row.system.id, "interface")] = None
    hubs = _needs(view, lines)
    for service in view.inventory.services.values():
        if view.services.ready(service) is not None:
            for need in service.needs:
                lines[Line(f"service {need}", f"service {service.id}", "needs")] = None
    boxes: dict[str, Box] = {}
    for line in lines:
        for end in (line.one, line.other):
            if end not in boxes:
                if end in rows:
                    boxes[end] = _system(view, rows[end], hubs.get(end, ()))
                else:
                    boxes[end] = _service(view, end.removeprefix("service "))
    ordered = dict(sorted(boxes.items(), key=lambda item: item[1].order))
    return Network(ordered, tuple(lines), _hubs(view, hubs))


def _needs(view: PlanView, lines: dict[Line, None]) -> dict[str, list[str]]:
    """Add what systems need beside the service they move into; returns the codes to write on boxes."""
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
                lines[Line(f"service {service}", system, "needs")] = None
            else:
                codes.setdefault(system, []).append(view.services.codes[service])
    return codes


def _hubs(view: PlanView, codes: Mapping[str, Sequence[str]]) -> list[str]:
    """What the codes on boxes stand for, and how many bear them."""
    counts = Counter(code for written in codes.values() for code in written)
    return [
        f"{view.services.codes[identity]} {view.words.name(service.name)} ({counts[view.services.codes[identity]]:,})"
        for identity, service in view.inventory.services.items()
        if counts[view.services.codes[identity]]
    ]


def _system(view: PlanView, row: SystemRow, needs: Sequence[str]) -> Box:
    partner = row.system.partner
    if row.moves:
        cutover = row.moves[0].cutover
        when = view.words.quarter(cutover)
        sentence = " ".join(move_sentence(view, row, move) for move in row.moves)
    else:
        cutover, when = 10**6, view.language.text("stays")
        sentence = view.language.text(
            "{partner}: {name} stays as it is; {support}.",
            partner=view.words.partner(partner),
            name=row.name,
            support=support_and_risk(view, row),
        )
    if needs:
        when = view.language.text("{when}, needs {services}", when=when, services=" ".join(needs))
    line = f"{when} · {view.words.partner(partner)}"
    fill, edge = (themes.TINT[row.risk], themes.RISK[row.risk]) if row.moves else (themes.HEAD, themes.GREY)
    order = (cutover + 0.5, 0, row.system.id)
    return Box(
        row.system.id,
        row.name,
        line,
        sentence,
        order,
        fill,
        edge,
        heavy=view.critical.runs_through(row.moves),
        risk=row.risk,
    )


def _service(view: PlanView, identity: str) -> Box:
    service = view.inventory.services[identity]
    ready = view.services.ready(service)
    line = view.language.text("{when} · service", when=availability(view, ready))
    heavy = view.services.builds.get(identity) in view.critical
    name = f"{view.services.codes[identity]}  {view.words.name(service.name)}"
    colour = view.services.colours[identity]
    order = (float(ready if ready is not None else 10**6), _depth(view, identity), identity)
    sentence = service_sentence(view, service)
    return Box(f"service {identity}", name, line, sentence, order, colour, colour, themes.PAPER, heavy)


def _depth(view: PlanView, identity: str) -> int:
    """How many services stand behind one another before this one (two may be bought in one quarter)."""
    needs = view.inventory.services[identity].needs
    return max((_depth(view, need) + 1 for need in needs), default=0)


def grouped(view: PlanView, whole: Network) -> Network:
    """The same by partner and capability; lines inside a group are left out."""
    group = {row.system.id: f"{row.system.partner}/{row.system.capability}" for row in view.rows.every}
    members: dict[str, list[SystemRow]] = {}
    for row in view.rows.every:
        if row.system.id in whole.boxes:
            members.setdefault(group[row.system.id], []).append(row)
    boxes = {key: box for key, box in whole.boxes.items() if key not in group}
    for key, rows in members.items():
        first = whole.boxes[rows[0].system.id]
        name = f"{rows[0].system.capability}: {view.words.systems(len(rows))}"
        risk = worst_risk(rows)
        cutovers = [row.moves[0].cutover for row in rows if row.moves]
        when = view.words.span(min(cutovers), max(cutovers)) if cutovers else view.language.text("stay")
        partner = view.words.partner(rows[0].system.partner)
        sentence = view.language.text(
            "{partner}: {systems}, {when}; worst risk {risk}.",
            partner=partner,
            systems=name,
            when=when,
            risk=view.words.risk_word(risk),
        )
        middle = sum(cutovers) / len(cutovers) + 0.5 if cutovers else 10.0**6
        fill, edge = themes.TINT[risk], themes.RISK[risk]
        boxes[key] = replace(
            first, id=key, name=name, line=f"{when} · {partner}", sentence=sentence, order=(middle, 0, key),
            fill=fill, edge=edge, risk=risk, heavy=any(view.critical.runs_through(row.moves) for row in rows),
        )  # fmt: skip
    counts: dict[tuple[str, str, str], int] = {}
    for line in whole.lines:
        one, other = group.get(line.one, line.one), group.get(line.other, line.other)
        if one != other:
            counts[one, other, line.kind] = counts.get((one, other, line.kind), 0) + 1
    ordered = dict(sorted(boxes.items(), key=lambda item: item[1].order))
    return Network(ordered, tuple(Line(*key, count) for key, count in counts.items()), whole.hubs)
