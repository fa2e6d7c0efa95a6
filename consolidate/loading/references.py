"""Rules between the parts of an inventory: the horizon, years and quarters, cycles, look-ups of end of support."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from consolidate.catalogue import end_of_life as catalogue
from consolidate.loading.drafts import Draft, Entry
from consolidate.quarters import months, year_label
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark, Place, Seq, Text

MAX_T = 400
MAX_A = 800


def horizon_of(draft: Draft) -> tuple[int, int]:
    """Quarters of the horizon, and quarters appraised: T and A."""
    assert draft.programme is not None
    T = draft.programme.horizon.end + 1
    appraise_to = draft.programme.appraise_to
    return T, T if appraise_to is None else appraise_to + 1


def check_references(draft: Draft, findings: Findings) -> None:
    """Reports every breach of the rules between the parts, except those of options."""
    if draft.programme is not None:
        _pots(draft, findings)
    if draft.programme is not None and "horizon" not in draft.programme_node.lost:
        _horizon(draft, findings)
        _targets(draft, findings)
    _services(draft, findings)
    for entry in draft.systems.values():
        _bounds(entry, findings)
        _interfaces(draft, entry, findings)
    _cycles(
        {key: tuple(model.needs) for key, model in draft.services.items()},
        lambda service, other: _need_place(draft, service, other),
        "the `needs` of services",
        findings,
    )
    _cycles(
        {key: entry.model.after for key, entry in draft.systems.items()},
        lambda system, other: _after_place(draft.systems[system], other),
        "`after`",
        findings,
    )


def check_services_file(draft: Draft, findings: Findings) -> None:
    """Says once, of the file, that services.yaml is missing where something names or needs a service."""
    places = draft.known.without_services
    if places:
        first = min(places, key=lambda place: (place.source, place.line, place.column))
        more = f" and {len(places) - 1:,} more" if len(places) > 1 else ""
        where = f"services are named or needed in {first.source}:{first.line}{more}"
        findings.add(
            Place(draft.sources.path_of("services.yaml")), f"no such file; {where}: write it, or leave them out"
        )


def _horizon(draft: Draft, findings: Findings) -> None:
    assert draft.programme is not None
    node = draft.programme_node["horizon"]
    assert isinstance(node, Map)
    label = draft.calendar.label
    T, A = horizon_of(draft)
    if T < 1:
        findings.add(node["to"], f"the horizon ends before it begins; write {show(label(0))} or later")
    elif T > MAX_T:
        findings.add(node["to"], f"a horizon of {T} quarters; write one of at most {MAX_T}")
    elif A < T:
        place = draft.programme_node["appraise_to"]
        findings.add(place, f"the appraisal ends before the horizon does; write {show(label(T - 1))} or later")
    elif A > MAX_A:
        place = draft.programme_node.get("appraise_to", node)
        findings.add(place, f"an appraisal of {A} quarters; write one of at most {MAX_A}")


def _pots(draft: Draft, findings: Findings) -> None:
    """A year's amount and one for a quarter of that year exclude each other."""
    assert draft.programme is not None
    for pot, model in draft.programme.capital.items():
        by_quarter = {draft.calendar.year(quarter): quarter for quarter in sorted(model.amount.quarters, reverse=True)}
        for year in model.amount.years:
            if year in by_quarter:
                label = year_label(year)
                place = _inner(draft.programme_node, "capital", pot, "amount").key(label)
                quarter = draft.calendar.label(by_quarter[year])
                findings.add(place, f"{show(label)} has an amount beside its quarter {show(quarter)}; keep one of them")


def _inner(node: Map, *keys: str) -> Map:
    for key in keys:
        below = node[key]
        assert isinstance(below, Map)
        node = below
    return node


def _targets(draft: Draft, findings: Findings) -> None:
    """A target's year must touch the appraisal."""
    assert draft.programme is not None
    _, A = horizon_of(draft)
    nodes = draft.programme_node.get("targets", ())
    for target, node in zip(draft.programme.targets, nodes, strict=True):
        first = draft.calendar.first_of_year(target.year)
        if (first + 3 < 0 or first >= A) and A > 0 and isinstance(node, Map):
            years = f"{draft.calendar.year_label(0)} to {draft.calendar.year_label(A - 1)}"
            findings.add(
                node["year"], f"{show(year_label(target.year))} lies outside the appraisal; write a year of {years}"
            )


def _services(draft: Draft, findings: Findings) -> None:
    for service, model in draft.services.items():
        node = _inner(draft.services_node, service)
        if "build" in node and "ready" in node:
            findings.add(
                node.key("ready"), f"{show(service)} has both `build` and `ready`; keep `ready` if it exists already"
            )
        build = model.build
        if build is None or build.effort is None or "quarters" in _inner(node, "build").lost:
            continue
        length = max(build.quarters, 1)
        for role, days in build.effort.items():
            if isinstance(days, tuple) and len(days) != length:
                place = _inner(node, "build", "effort")[role]
                findings.add(
                    place, f"the effort of {show(role)} lists {len(days)} figures; write {length}, one for each quarter"
                )


def _bounds(entry: Entry, findings: Findings) -> None:
    """``latest`` (of the cutover) is not before ``earliest`` (of the start)."""
    earliest, latest = entry.model.earliest, entry.model.latest
    if earliest is not None and latest is not None and latest < earliest:
        said = entry.node["earliest"]
        assert isinstance(said, Text)
        findings.add(entry.node["latest"], f"`latest` is before `earliest`; write {show(said)} or later")


def _interfaces(draft: Draft, entry: Entry, findings: Findings) -> None:
    nodes = entry.node.get("interfaces", ())
    for interface, node in zip(entry.model.interfaces, nodes, strict=True):
        if interface.other == entry.id and isinstance(node, Map):
            findings.add(node["with"], f"an interface of {show(entry.id)} with itself; name another system")


def _need_place(draft: Draft, service: str, other: str) -> Mark:
    needs = _inner(draft.services_node, service)["needs"]
    return next((word for word in needs if isinstance(word, Text) and word == other), needs)


def _after_place(entry: Entry, other: str) -> Mark:
    after = entry.node["after"]
    assert isinstance(after, Seq)
    whole = (
        (word, str(word) if "/" in word else f"{entry.partner}/{word}") for word in after if isinstance(word, Text)
    )
    return next((word for word, whole_id in whole if whole_id == other), after)


def _cycles(
    graph: Mapping[str, Iterable[str]], place: Callable[[str, str], Mark], what: str, findings: Findings
) -> None:
    """Reports cycles, each node in at most one of them, in full and from its first node on.

    Args:
        graph: for each node, what it waits for.
        place: where the file says that one node waits for another.
        what: the keys that make the cycle.
    """
    order = {node: index for index, node in enumerate(graph)}
    done: set[str] = set()
    reported: set[str] = set()
    for root in graph:
        if root in done:
            continue
        path: dict[str, None] = {root: None}
        stack = [iter(graph[root])]
        while stack:
            other = next(stack[-1], None)
            if other is None:
                stack.pop()
                done.add(path.popitem()[0])
            elif other in path:
                nodes = list(path)
                cycle = nodes[nodes.index(other) :]
                if not reported.intersection(cycle):
                    reported.update(cycle)
                    _report_cycle(_from_first(cycle, order), place, what, findings)
            elif other not in done and other in graph:
                path[other] = None
                stack.append(iter(graph[other]))


def _from_first(cycle: list[str], order: Mapping[str, int]) -> list[str]:
    start = cycle.index(min(cycle, key=order.__getitem__))
    return cycle[start:] + cycle[:start]


def _report_cycle(cycle: list[str], place: Callable[[str, str], Mark], what: str, findings: Findings) -> None:
    full = [*cycle, cycle[0]]
    shown = full if len(full) <= 100 else [*full[:50], f"({len(full) - 100} more)", *full[-50:]]
    findings.add(place(full[0], full[1]), f"a cycle in {what}: {' -> '.join(shown)}; take one of these out")


def look_up_products(draft: Draft, findings: Findings) -> Mapping[str, catalogue.Support]:
    """When support ends for the products of systems that don't say so themselves, by the product as written."""
    found: dict[str, catalogue.Support] = {}
    faults: dict[str, str] = {}
    for entry in draft.systems.values():
        product = entry.model.product
        if product is None or entry.model.end_of_life is not None or "end_of_life" in entry.node.lost:
            continue
        if product not in found and product not in faults:
            try:
                found[product] = catalogue.look_up(product)
            except catalogue.UnknownProduct as error:
                faults[product] = str(error)
        if product in faults:
            findings.add(entry.node["product"], faults[product])
    return found


def end_of_life(draft: Draft, entry: Entry, found: Mapping[str, catalogue.Support]) -> int | None:
    """The quarter in which support of a system ends: as written, else as looked up."""
    if entry.model.end_of_life is not None or entry.model.product is None:
        return entry.model.end_of_life
    support = found.get(entry.model.product)
    return draft.calendar.of_month(months(support.ends)) if support is not None else None
