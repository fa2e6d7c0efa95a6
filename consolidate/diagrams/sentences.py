"""What drawings say in sentences: of the whole plan, of a group of systems, of a move, of a service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil, floor, log10

from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Service
from consolidate.plan import Move, ServiceBuild

_MOST_NAMES = 6
"""The most systems that are named in one sentence."""


def subtitle(view: PlanView) -> str:
    """The whole programme in three short sentences."""
    parts = [f"{_whole_programme(view)}. {unsupported(view, view.rows.every)}".strip()]
    if view.plan.moves:
        last = max(move.cutover for move in view.plan.moves)
        parts.append(view.language.text("Last cutover {quarter}.", quarter=view.words.quarter(last)))
    if view.inventory.scenario:
        parts.append(view.language.text("Scenario: {name}.", name=view.inventory.scenario))
    return " ".join([*parts, _proof(view)]).strip()


def _whole_programme(view: PlanView) -> str:
    services = view.inventory.services.values()
    used = sum(view.services.ready(service) is not None for service in services)
    partners = len(view.inventory.partners)
    values = {
        "partners": view.language.plural("{n} partner", "{n} partners", partners),
        "services": view.language.plural("{n} shared service", "{n} shared services", used),
    }
    rows = view.rows.every
    if not rows:
        return view.language.text("no systems of {partners}; {services}", **values)
    systems, what = view.words.systems(len(rows)), _outcomes(view, rows)
    return view.language.text("{systems} of {partners}: {what}; {services}", systems=systems, what=what, **values)


def _proof(view: PlanView) -> str:
    """How good the plan is proven to be."""
    status, gap = view.plan.status, view.language.percent(*_rounded_up(view.plan.gap))
    if status == "optimal":
        return view.language.text("Proven to be the best plan.")
    if status == "within_gap":
        return view.language.text("Proven to be within {gap} of the best plan.", gap=gap)
    if status != "feasible":
        return ""
    if view.plan.gap > 0:
        return view.language.text("Not proven to be the best plan: it may cost {gap} more.", gap=gap)
    return view.language.text("Not proven to be the best plan.")


def _rounded_up(gap: float) -> tuple[float, int]:
    """A proven gap with two figures of its percentage, rounded up (it bounds something), and its decimals.

    >>> _rounded_up(0.0298), _rounded_up(0.00301), _rounded_up(0.1234), _rounded_up(0.0)
    ((0.03, 1), (0.0031, 2), (0.13, 0), (0.0, 0))
    """
    if gap <= 0:
        return 0.0, 0
    places = max(1 - floor(log10(gap * 100)), 0)
    return round(ceil(gap * 100 * 10**places - 1e-9) / 10 ** (places + 2), places + 2), places


def counts(view: PlanView, rows: Iterable[SystemRow]) -> str:
    """``20 systems: 16 move, 2 retire, 1 is renewed in place, 1 stays``."""
    rows = tuple(rows)
    if not rows:
        return view.language.text("no systems")
    return f"{view.words.systems(len(rows))}: {_outcomes(view, rows)}"


def lane_title(view: PlanView, partner: str) -> str:
    """A partner's name, and how many of all its systems do what."""
    return f"{view.words.partner(partner)}: {counts(view, view.rows.by_partner[partner])}"


def _outcomes(view: PlanView, rows: Iterable[SystemRow]) -> str:
    """``16 move, 2 retire``."""
    numbers = {"move": 0, "retire": 0, "refresh": 0, "retain": 0}
    for row in rows:
        last = row.moves[-1].approach if row.moves else "retain"
        numbers[last if last in numbers else "move"] += 1
    texts = {
        "move": view.language.plural("{n} moves", "{n} move", numbers["move"]),
        "retire": view.language.plural("{n} retires", "{n} retire", numbers["retire"]),
        "refresh": view.language.plural("{n} is renewed in place", "{n} are renewed in place", numbers["refresh"]),
        "retain": view.language.plural("{n} stays", "{n} stay", numbers["retain"]),
    }
    return ", ".join(texts[outcome] for outcome, number in numbers.items() if number)


def unsupported(view: PlanView, rows: Iterable[SystemRow]) -> str:
    """How many of the rows run past the end of their support, and for how long; nothing where risk is not shown."""
    if not view.rated:
        return ""
    exposed = [len(row.exposed) for row in rows if row.exposed]
    if not exposed:
        return view.language.text("None runs past its end of support.")
    return view.language.plural(
        "{n} runs past end of support, for {quarters} in all.",
        "{n} run past end of support, for {quarters} in all.",
        len(exposed),
        quarters=view.words.quarters(sum(exposed)),
    )


def move_sentence(view: PlanView, row: SystemRow, move: Move) -> str:
    """A move in a full sentence: the title of its bar."""
    parts = [_what_moves(view, row, move)]
    if len(row.moves) > 1:
        parts.append(view.language.text("step {step} of {steps}", step=move.step, steps=len(row.moves)))
    if move.last > move.cutover:
        parts.append(view.language.text("the old system runs on to {quarter}", quarter=view.words.quarter(move.last)))
    if view.rated:
        parts.append(support_and_risk(view, row))
    if move in view.critical:
        parts.append(view.language.text("on the critical path"))
    return "; ".join(parts) + "."


def _what_moves(view: PlanView, row: SystemRow, move: Move) -> str:
    values = {
        "partner": view.words.partner(row.system.partner),
        "name": row.name,
        "when": view.words.span(move.start, move.cutover),
    }
    approach = view.words.approach(move.approach)[0].lower()
    if move.approach == "retire":
        return view.language.text("{partner}: {name} is retired, {when}", **values)
    if move.approach == "refresh":
        return view.language.text("{partner}: {name} is renewed in place, {when}", **values)
    if not move.to:
        return view.language.text("{partner}: {name} moves by {approach}, {when}", approach=approach, **values)
    values |= {"service": view.words.service(move.to), "approach": approach}
    return view.language.text("{partner}: {name} moves to {service} by {approach}, {when}", **values)


def support_and_risk(view: PlanView, row: SystemRow) -> str:
    """When a system's support ends, and what risk that is; where risk is not shown, that it is not."""
    if not view.rated:
        return view.language.text("support and risk are not shown")
    end, risk = row.system.end_of_life, view.words.risk_word(row.risk)
    support = view.language.text("no end of support is known")
    if end is not None:
        support = view.language.text("support ends {quarter}", quarter=view.words.quarter(end))
    if row.exposed:
        time = view.words.quarters(len(row.exposed))
        support = view.language.text("{support}, unsupported for {quarters}", support=support, quarters=time)
    return view.language.text("{support}; risk {risk}", support=support, risk=risk)


def service_sentence(view: PlanView, service: Service) -> str:
    """A service in a full sentence: when it is built and ready, and how much of it is used."""
    ready, name = view.services.ready(service), view.words.name(service.name)
    build = view.services.builds.get(service.id)
    if ready is None:
        return view.language.text("{service} is not built.", service=name)
    parts = [_built_and_ready(view, service, build if view.services.takes_time_to_build(service) else None, ready)]
    rows = view.rows.moving_into[service.id]
    into = view.language.plural("{n} system moves in", "{n} systems move in", len(rows))
    if service.capacity:
        share = view.language.percent(sum(row.system.users for row in rows) / service.capacity, 0)
        into = view.language.text("{systems}, {share} of its capacity", systems=into, share=share)
    parts.append(into)
    waits = waits_for(view, service)
    if waits:
        parts.insert(1, waits)
    if build in view.critical:
        parts.append(view.language.text("on the critical path"))
    return "; ".join(parts) + "."


def waits_for(view: PlanView, service: Service, most: int = _MOST_NAMES) -> str:
    """What a service's gate waits for; nothing where it has none, or was begun before those systems had moved.

    ``most``: how many names are said, that of several systems once with their number; with 0 they are counted.
    """
    systems, build = view.inventory.systems, view.services.builds.get(service.id)
    moved = view.rows.first_cutovers
    if build is None or any(moved.get(system, build.start) >= build.start for system in service.after):
        return ""
    counted = Counter(view.words.name(systems[system].name) for system in service.after)
    names = [f"{name} ({count:,})" if count > 1 else name for name, count in counted.items()]
    said = few(view, names, most) if most else view.words.systems(len(service.after))
    return view.language.text("waits for {names}", names=said) if names else ""


def not_built(view: PlanView, service: Service) -> str:
    """The name of a service that is not built, with the systems of its gate that do not move."""
    name, moving = view.words.name(service.name), view.rows.first_cutovers
    systems = view.inventory.systems
    stay = [view.words.name(systems[system].name) for system in service.after if system not in moving]
    if not stay:
        return name
    return view.language.text("{service} (waits for {names})", service=name, names=few(view, stay))


def few(view: PlanView, names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Up to so many names, and how many more there are."""
    if len(names) <= most:
        return ", ".join(names)
    named, more = ", ".join(names[:most]), f"{len(names) - most:,}"
    return view.language.text("{names} and {count} more", names=named, count=more)


def _built_and_ready(view: PlanView, service: Service, build: ServiceBuild | None, ready: int) -> str:
    values = {
        "service": view.words.name(service.name),
        "code": view.services.codes[service.id],
        "quarter": view.words.quarter(ready),
    }
    if build is not None:
        values["when"] = view.words.span(build.start, build.ready - 1)
        if ready > 0:
            return view.language.text("{service} (code {code}) is built {when} and is ready from {quarter}", **values)
        return view.language.text("{service} (code {code}) is built {when} and exists from the start", **values)
    if ready > 0:
        return view.language.text("{service} (code {code}) is ready from {quarter}", **values)
    return view.language.text("{service} (code {code}) exists from the start", **values)


def availability(view: PlanView, ready: int | None) -> str:
    """From when a service can be used, in a word or two."""
    if ready is None:
        return view.language.text("not built")
    if ready > 0:
        return view.language.text("ready {quarter}", quarter=view.words.quarter(ready))
    return view.language.text("exists already")
