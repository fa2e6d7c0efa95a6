"""Plans to be drawn, small and large, and the texts of a picture with their boxes."""

from __future__ import annotations

import datetime as dt
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from builders import (
    build,
    consolidate,
    freeze,
    inventory,
    milestone,
    pot,
    refresh,
    rehost,
    retain,
    retire,
    role,
    service,
    system,
    who,
)

from consolidate.diagrams.engine import rendering
from consolidate.diagrams.engine.fonts import width
from consolidate.inventory import Budget, Inventory, Milestone, Name, System
from consolidate.plan import Move, Plan, ServiceBuild, Stay

SVG = "{http://www.w3.org/2000/svg}"


def move(identity: str, option: int, approach: str, start: int, cutover: int, **more: object) -> Move:
    to, step, last = more.get("to"), more.get("step", 1), more.get("last", cutover)
    return Move(start, identity, step, option, approach, to, cutover, last)  # type: ignore[arg-type]


def tiny() -> tuple[Inventory, Plan]:
    """Two systems, one service that is built, a freeze, a milestone, a role and a pot."""
    data = inventory(
        system(
            "torfaen/hr",
            consolidate("payroll", quarters=2, effort={"dba": 20}, capital={"one": 9_000}, parallel_run=1),
            name="iTrent",
            end_of_life=3,
        ),
        system("torfaen/library", retain(), name="Llyfrgell"),
        services=[service("payroll", build(2, effort={"dba": 10}, capital={"one": 90_000}))],
        roles=[role("dba", 20)],
        pots=[pot("one", 100_000)],
        freezes=[freeze([0], "torfaen/hr")],
        milestones=[milestone(4, "1/2", "torfaen/hr", "torfaen/library", why="half way")],
        T=6,
    )
    moves = (move("torfaen/hr", 1, "consolidate", 2, 3, to="payroll", last=4),)
    return data, Plan(moves, (Stay("torfaen/library"),), (ServiceBuild(0, "payroll", 2),), ())


def many(
    count: int, partners: int, services: int, T: int, seed: int, names: Sequence[str] = ()
) -> tuple[Inventory, Plan]:
    """A random programme of ``count`` systems and a plan of it; rules are not kept, only made up."""
    pick = random.Random(seed)
    offered = [
        service(f"service-{n}", build(n % 3) if n % 4 else None, ready=n % 3, needs=["service-1"] if n == 2 else [])
        for n in range(services)
    ]
    builds = [ServiceBuild(0, one.id, one.build.quarters) for one in offered if one.build and one.id != "service-5"]
    systems: list[System] = []
    moves: list[Move] = []
    stays: list[Stay] = []
    for n in range(count):
        identity = f"partner-{n % partners}/system-{n}"
        to = f"service-{n % min(services, 5)}" if services else ""
        length = pick.randint(1, min(4, T))
        first = pick.choice([rehost(quarters=length), retire(quarters=length), refresh(quarters=length)])
        if to and n % 3:
            first = consolidate(to, quarters=length, parallel_run=n % 2)
        two = bool(to) and n % 11 == 0 and T > 6
        if two:
            first, length = rehost(quarters=1, then=consolidate(to, quarters=2)), 1
        ready = 0 if first.first.to is None else int(to[-1]) % 3  # as the builds above are
        start = pick.randint(ready, T - length) if not two else pick.randint(2, T - 4)
        earlier = [one.id for one in systems if one.partner == f"partner-{n % partners}"]
        systems.append(
            system(
                identity,
                first,
                retain(),
                name=names[n % len(names)] if names else f"System number {n} of a partner",
                capability=f"capability-{n % 4}",
                end_of_life=pick.choice([None, -2, pick.randint(0, T + 4)]),
                after=pick.sample(earlier, min(len(earlier), pick.choice([0, 0, 1]))),
                interfaces=dict.fromkeys(pick.sample(earlier, min(len(earlier), pick.choice([0, 0, 2]))), 5.0),
            )
        )
        if n % 10 == 9:
            stays.append(Stay(identity))
            continue
        end = start + length - 1
        moves.append(
            move(identity, 1, first.approach, start, end, to=first.first.to, last=end + first.first.parallel_run)
        )
        if two:
            moves.append(move(identity, 1, "consolidate", end + 2, end + 3, to=to, step=2))
    everyone = [one.id for one in systems]
    data = inventory(
        *systems,
        services=offered,
        roles=[role("engineer", 10), role("data-migration")],
        pots=[pot("one", 1_000_000, carry_forward=True)],
        freezes=[freeze(range(0, T, 4), *everyone[: count // 2]), freeze([T - 1], *everyone[-2:], stops_work=True)],
        milestones=[milestone(T // 2, "1/2", *everyone), milestone(T - 1, "3/4", *everyone, why="not the last year")],
        T=T,
        programme=names[0] if names else "A programme",
    )
    return data, Plan(tuple(sorted(moves)), tuple(stays), tuple(sorted(builds)), (), status="within_gap", gap=0.001)


def with_rules(count: int, partners: int) -> tuple[Inventory, Plan]:
    """A large programme with gates, dates of every kind, and a partner that joins."""
    data, plan = many(count, partners, 12, 16, count)
    last = f"partner-{partners - 1}"
    first = [one for one in plan.moves if one.step == 1 and one.cutover < 8 and not one.system.startswith(last)][:9]
    start = max(one.cutover for one in first) + 1
    pilots = tuple(dict.fromkeys(one.system for one in first))
    services = {
        **data.services,
        "service-11": replace(
            data.services["service-11"], after=pilots, build=build(2, capital={"one": 1_234_567}), ready=None
        ),
    }
    everyone = who(*data.systems, text="")
    dates = [
        Milestone(by, None, everyone, "a reason", Name({"en": f"A date of the programme {by}"}), kind, day)
        for by, kind, day in (
            (1, "governance", dt.date(2016, 8, 1)),
            (1, "engagement", dt.date(2016, 9, 30)),
            (1, "planning", None),
            (9, "deliverable", dt.date(2018, 7, 1)),
            (15, None, dt.date(2020, 3, 31)),
        )
    ]
    data = replace(
        data,
        services=services,
        budgets=tuple(Budget(f"{2016 + n}/{17 + n}", range(4 * n, 4 * n + 4), 1_000_000.0) for n in range(4)),
        milestones=(*data.milestones, *dates),
        partners={id: replace(one, joins=6 if id == last else 0) for id, one in data.partners.items()},
        systems={
            id: replace(one, joins=6 if one.partner == last else 0, run_cost=12_345.0 * (1 + n % 17))
            for n, (id, one) in enumerate(data.systems.items())
        },
    )
    builds = [one for one in plan.builds if one.service != "service-11"]
    return data, replace(
        plan,
        moves=tuple(one for one in plan.moves if one.start >= 6 or not one.system.startswith(last)),
        builds=tuple(sorted([*builds, ServiceBuild(start, "service-11", start + 2)])),
    )


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Point = tuple[float, float]


def box_of(text: ET.Element, high: float) -> Box:
    """The box around a text of an SVG, by our widths; ``high``: what Graphviz moves its drawing down by."""
    size, words = float(text.get("font-size", "0")), text.text or ""
    w = width(words, size, text.get("font-weight") == "bold")
    left = float(text.get("x", "0")) - {"start": 0.0, "middle": w / 2, "end": w}[text.get("text-anchor", "start")]
    base = float(text.get("y", "0")) + high
    return left, base - 0.72 * size, left + w, base + 0.2 * size


def texts(path: Path) -> list[tuple[float, float, float, float, str]]:
    """The box around each text of an SVG: left, top, right, bottom, text."""
    root = ET.parse(path).getroot()
    high = float((root.get("viewBox") or "").split()[3])
    found = [(*box_of(text, high), text.text or "") for text in root.iter(f"{SVG}text")]
    return sorted(found, key=lambda box: box[1])


def overlaps(boxes: Sequence[tuple[float, float, float, float, str]]) -> list[tuple[str, str]]:
    return [
        (one[4], other[4])
        for index, one in enumerate(boxes)
        for other in boxes[index + 1 :]
        if other[1] < one[3] - 0.3 and other[0] < one[2] - 0.3 and one[0] < other[2] - 0.3
    ]


needs_graphviz = pytest.mark.skipif(not rendering.renderers(), reason="neither dot nor pygraphviz is here")


def filled(root: ET.Element, high: float) -> Iterator[tuple[ET.Element, Box | None]]:
    """Each element of an SVG in the order in which it is drawn, and the box around it where it is a filled one."""
    for one in root.iter():
        if one.get("fill") in (None, "none") or one.tag not in (f"{SVG}polygon", f"{SVG}rect"):
            yield one, None
        elif one.tag == f"{SVG}rect":
            x, y, w, h = (float(one.get(key, "0")) for key in ("x", "y", "width", "height"))
            yield one, (x, y + high, x + w, y + h + high)
        else:
            points = [tuple(map(float, point.split(","))) for point in (one.get("points") or "").split()]
            across, down = [x for x, _ in points], [y + high for _, y in points]
            yield one, (min(across), min(down), max(across), max(down))


def _within(text: Box, box: Box, slack: float = 0.5) -> bool:
    return (
        box[0] - slack <= text[0]
        and box[1] - slack <= text[1]
        and text[2] <= box[2] + slack
        and text[3] <= box[3] + slack
    )


def outside(root: ET.Element, high: float) -> list[str]:
    """The texts of an SVG that stick out of the box they stand on: the topmost one below their middle.

    A gauge is one box: what fills it from the left lies on it, and its text may lie on both.
    """
    below: list[Box] = []
    found = []
    for one, box in filled(root, high):
        if box is not None:
            below.append(box)
        if one.tag != f"{SVG}text":
            continue
        left, top, right, bottom = box_of(one, high)
        x, y = (left + right) / 2, (top + bottom) / 2
        under = [box for box in reversed(below) if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
        if len(under) > 1 and all(abs(under[0][side] - under[1][side]) < 1.5 for side in (0, 1, 3)):
            del under[0]
        if under and not _within((left, top, right, bottom), under[0]):
            found.append(one.text or "")
    return found


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _along(path: str, high: float) -> Iterator[Point]:
    """Points of a line of cubic curves, one on each point of its length or so."""
    numbers = [float(number) for number in _NUMBER.findall(path)]
    ends = [(x, y + high) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    for a, b, c, d in zip(ends[0::3], ends[1::3], ends[2::3], ends[3::3], strict=False):
        steps = max(2, int(abs(d[0] - a[0]) + abs(d[1] - a[1])))
        for t in (step / steps for step in range(steps + 1)):
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            x, y = (sum(w * end[side] for w, end in zip(weights, (a, b, c, d), strict=True)) for side in (0, 1))
            yield x, y


def crossed(path: Path) -> set[str]:
    """The texts of a picture that a line runs through, and nothing covers it there."""
    root = ET.parse(path).getroot()
    high = float((root.get("viewBox") or "").split()[3])
    order = list(filled(root, high))
    texts = [(box_of(one, high), one.text) for one, _ in order if one.tag == f"{SVG}text" and one.text]
    boxes = [(place, box) for place, (_, box) in enumerate(order) if box is not None]
    found = set()
    for place, (one, _) in enumerate(order):
        if one.tag != f"{SVG}path" or one.get("stroke") in (None, "none"):
            continue
        for point in _along(one.get("d") or "", high):
            under = [text for box, text in texts if _holds(box, point, -0.3)]
            if under and not any(later > place and _holds(box, point, 0.0) for later, box in boxes):
                found.update(under)
    return found


def _holds(box: Box, point: Point, slack: float) -> bool:
    return box[0] - slack <= point[0] <= box[2] + slack and box[1] - slack <= point[1] <= box[3] + slack


def sticking_out(path: Path) -> list[str]:
    """The same of a picture that Graphviz has drawn."""
    root = ET.parse(path).getroot()
    return outside(root, float((root.get("viewBox") or "").split()[3]))
