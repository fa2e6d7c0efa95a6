"""Rules between the parts of an inventory: the horizon, years and quarters, gates, look-ups of end of support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate.catalogue import end_of_life as catalogue
from consolidate.inventory import EndOfLife, When
from consolidate.loading import schema
from consolidate.loading.drafts import Draft, Entry
from consolidate.quarters import months, year_label
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Place, Text

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
        _years(draft, "targets", draft.programme.targets, findings)
        _years(draft, "budgets", draft.programme.budgets, findings)
        _joining(draft, findings)
    if draft.programme is not None:
        _milestones(draft, findings)
    _services(draft, findings)
    for entry in draft.systems.values():
        _bounds(entry, findings)
        _interfaces(draft, entry, findings)


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


def _years(draft: Draft, key: str, rules: Sequence[schema.Target | schema.Budget], findings: Findings) -> None:
    """The year of a target or a budget must touch the appraisal."""
    _, A = horizon_of(draft)
    for rule, node in zip(rules, draft.programme_node.list_of(key), strict=True):
        first = draft.calendar.first_of_year(rule.year)
        if (first + 3 < 0 or first >= A) and A > 0 and isinstance(node, Map):
            years = f"{draft.calendar.year_label(0)} to {draft.calendar.year_label(A - 1)}"
            findings.add(
                node["year"], f"{show(year_label(rule.year))} lies outside the appraisal; write a year of {years}"
            )


def _milestones(draft: Draft, findings: Findings) -> None:
    """A milestone asks for a share, or has a name; a date alone that asks for nothing speaks of no systems."""
    assert draft.programme is not None
    for rule, node in zip(draft.programme.milestones, draft.programme_node.list_of("milestones"), strict=True):
        if rule.live is not None or not isinstance(node, Map) or "live" in node.lost:
            continue
        if rule.name is None and "name" not in node.lost:
            what = "what is due then? write `live: 70%`, or a `name` for a date that asks nothing of the plan"
            findings.add(node, what)
        for word in ("partners", "capabilities", "systems", "tiers"):
            if word in node:
                findings.add(node.key(word), f"a milestone without `live` speaks of no systems; take {show(word)} out")


def _joining(draft: Draft, findings: Findings) -> None:
    """Partners join within the horizon, and one at least takes part from its start."""
    T, _ = horizon_of(draft)
    first, last = draft.calendar.label(0), draft.calendar.label(T - 1)
    late = [partner for partner, model in draft.partners.items() if model.joins is not None]
    for partner in late:
        joins = draft.partners[partner].joins
        if joins is not None and not 0 <= joins < T and T > 0:
            place = draft.partner_nodes[partner]["joins"]
            findings.add(place, f"{draft.calendar.label(joins)} is outside the horizon; write {first} to {last}")
    everyone = len(draft.partners) == len(draft.sources.partners) and not draft.sources.unread
    if everyone and draft.partners and all((draft.partners[one].joins or 0) > 0 for one in draft.partners):
        place = draft.partner_nodes[late[0]]["joins"]
        findings.add(place, f"no partner takes part from the start; let one join in {first}, or begin later")


def _services(draft: Draft, findings: Findings) -> None:
    for service, model in draft.services.items():
        node = _inner(draft.services_node, service)
        if "build" in node and "ready" in node:
            findings.add(
                node.key("ready"), f"{show(service)} has both `build` and `ready`; keep `ready` if it exists already"
            )
        _gate(draft, service, model, node, findings)
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


def _gate(draft: Draft, service: str, model: schema.Service, node: Map, findings: Findings) -> None:
    """What only a service with a `build` may bear; and a `must_build` that its `latest` leaves no time for."""
    if "build" not in node and "build" not in node.lost:
        for word in ("after", "must_build", "latest"):
            if word in node:
                findings.add(node.key(word), f"{show(service)} isn't built, so it takes no {show(word)}; take it out")
    elif model.build is not None and model.latest is not None and model.must_build:
        earliest = max(model.earliest or 0, 0)
        ready = earliest + model.build.quarters
        if model.latest < ready and not {"earliest", "build"} & node.lost:
            what = f"built from {draft.calendar.label(earliest)} on it is ready in {draft.calendar.label(ready)}"
            findings.add(node["latest"], f"`latest` leaves no time to build it: {what}; write that or later")


def _bounds(entry: Entry, findings: Findings) -> None:
    """``latest`` (of the cutover) is not before ``earliest`` (of the start)."""
    earliest, latest = entry.model.earliest, entry.model.latest
    if earliest is not None and latest is not None and latest < earliest:
        said = entry.node["earliest"]
        assert isinstance(said, Text)
        findings.add(entry.node["latest"], f"`latest` is before `earliest`; write {show(said)} or later")


def _interfaces(draft: Draft, entry: Entry, findings: Findings) -> None:
    for interface, node in zip(entry.model.interfaces, entry.node.list_of("interfaces"), strict=True):
        if interface.other == entry.id and isinstance(node, Map):
            findings.add(node["with"], f"an interface of {show(entry.id)} with itself; name another system")


def look_up_products(draft: Draft, findings: Findings) -> Mapping[str, catalogue.Support]:
    """When support ends for the products of systems that don't say so of the software, by the product as written."""
    found: dict[str, catalogue.Support] = {}
    faults: dict[str, str] = {}
    for kept in draft.kept.values():
        found |= {product: catalogue.look_up(product) for product in kept.products}
    for entry in draft.systems.values():
        product = looked_up(entry)
        if product is None:
            continue
        if product not in found and product not in faults:
            try:
                found[product] = catalogue.look_up(product)
            except catalogue.UnknownProduct as error:
                faults[product] = str(error)
        if product in faults:
            findings.add(entry.node["product"], faults[product])
    return found


def looked_up(entry: Entry) -> str | None:
    """A system's product, if the end of its support is to be looked up; else None."""
    given = entry.model.end_of_life
    written = (given is not None and "software" in given.given) or "end_of_life" in entry.node.lost
    return None if written else entry.model.product


def support_ends(draft: Draft, entry: Entry, found: Mapping[str, catalogue.Support]) -> EndOfLife:
    """When support of a system ends: as written; of the software as looked up where that is not written."""
    given = entry.model.end_of_life or schema.WrittenEndOfLife()
    software = given.software
    support = found.get(entry.model.product or "")
    if "software" not in given.given and support is not None:
        software = When(draft.calendar.of_month(months(support.ends)), support.ends)
    return EndOfLife(software, given.hardware)
