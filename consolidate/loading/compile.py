"""From valid files to the inventory: defaults filled in, filters matched to systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from consolidate.catalogue import end_of_life
from consolidate.horizon import over_horizon
from consolidate.inventory import (
    Amounts,
    Apportion,
    Budget,
    Build,
    Contract,
    Freeze,
    Interface,
    Inventory,
    Limit,
    Milestone,
    Name,
    Option,
    Partner,
    Pot,
    Progress,
    RecurringQuarters,
    RoleAmounts,
    Selection,
    Service,
    System,
    Target,
    Timetable,
)
from consolidate.loading import references, schema
from consolidate.loading.defaults import (
    capability_of,
    capital_by_pot,
    default_pot,
    effort_by_quarter,
    size_of,
    users_of,
)
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.risks import as_risk
from consolidate.loading.selections import Selector, joining, joining_after
from consolidate.plan import Plan
from consolidate.quarters import parse_date, year_label
from consolidate.yaml_files.nodes import Map, Mark


@dataclass(frozen=True)
class ValidDraft:
    """Everything that an inventory is made of, without a fault."""

    draft: Draft
    options: Mapping[str, tuple[Option, ...]]
    look_ups: Mapping[str, end_of_life.Support]
    scenario: str | None
    content_hash: str
    approved: Plan | None
    approved_hash: str | None
    progress: Progress | None


def compile_inventory(valid: ValidDraft) -> Inventory:
    """The inventory of the files.

    There are no warnings: those are of the files, and the loader's.
    """
    programme = valid.draft.programme
    assert programme is not None
    calendar = valid.draft.calendar
    systems = _systems(valid)
    select, joins = Selector(systems), joining(systems)
    timeless = Inventory(
        programme=Name(programme.programme),
        currency=programme.currency,
        price_base=year_label(programme.price_base) if programme.price_base is not None else calendar.year_label(0),
        calendar=calendar,
        plan_quarters=0,
        appraisal_quarters=0,
        discount_rate=programme.discount_rate,
        minimise=programme.minimise,
        stability=programme.stability,
        tiers={tier: model.exposure for tier, model in programme.tiers.items()},
        classifications=programme.classifications,
        roles={},
        pots={key: Pot(key, model.carry_forward, ()) for key, model in programme.capital.items()},
        freezes=tuple(Freeze(frozenset(), rule.stops == "work", select(rule), rule.why) for rule in programme.freezes),
        limits=tuple(Limit(rule.moves, select(rule)) for rule in programme.limits),
        milestones=tuple(_milestone(rule, select(rule), joins) for rule in programme.milestones),
        together=tuple(programme.together),
        targets=tuple(Target("", range(0), rule.savings, rule.partners) for rule in programme.targets),
        budgets=tuple(Budget("", range(0), rule.at_most, rule.partners) for rule in programme.budgets),
        risks=tuple(map(as_risk, programme.risks)),
        services={key: _service(valid, key, model) for key, model in valid.draft.services.items()},
        partners={key: _partner(valid, key, model) for key, model in valid.draft.partners.items()},
        systems=systems,
        scenario=valid.scenario,
        content_hash=valid.content_hash,
        approved=valid.approved,
        approved_hash=valid.approved_hash,
        progress=valid.progress,
        open=0 if valid.progress is None else valid.progress.open,
        warnings=(),
        places=_places(valid.draft),
        apportion=Apportion(programme.apportion.default, programme.apportion.years),
        names=dict(_names(programme)),
        timetable=_timetable(programme),
    )
    return over_horizon(timeless, *references.horizon_of(valid.draft))


def _systems(valid: ValidDraft) -> dict[str, System]:
    """The systems, partner by partner."""
    draft = valid.draft
    found: dict[str, System] = {}
    for partner in draft.partners:
        if partner in draft.kept:
            found |= draft.kept[partner].systems
        else:
            found |= {entry.id: _system(valid, entry) for entry in draft.entries_of(partner)}
    return found


def _milestone(rule: schema.Milestone, who: Selection, joins: Mapping[str, int]) -> Milestone:
    """A milestone, without the systems of partners that join after its quarter."""
    by = rule.by.quarter
    late = joining_after(by, who, joins)
    who = replace(who, systems=who.systems - late) if late else who
    name = None if rule.name is None else Name(rule.name)
    return Milestone(by, rule.live, who, rule.why, name, rule.kind, rule.by.day)


def _timetable(programme: schema.Programme) -> Timetable:
    nothing = Amounts()
    return Timetable(
        appraisal_follows=programme.appraise_to is None,
        roles={
            key: RoleAmounts(
                model.days,
                model.agency.days if model.agency is not None else nothing,
                model.agency.day_rate if model.agency is not None else nothing,
                model.day_cost or nothing,
            )
            for key, model in programme.roles.items()
        },
        pots={key: model.amount for key, model in programme.capital.items()},
        freezes=tuple(
            RecurringQuarters(
                frozenset(quarter for quarter in rule.quarters if isinstance(quarter, int)),
                frozenset(quarter.index for quarter in rule.quarters if isinstance(quarter, schema.Recurring)),
            )
            for rule in programme.freezes
        ),
        targets=tuple(rule.year for rule in programme.targets),
        budgets=tuple(rule.year for rule in programme.budgets),
    )


def _names(programme: schema.Programme) -> Iterator[tuple[str, Name]]:
    for kind, models in (("tier", programme.tiers), ("role", programme.roles), ("pot", programme.capital)):
        for key, model in models.items():
            if model.name is not None:
                yield f"{kind} {key}", Name(model.name)


def _service(valid: ValidDraft, key: str, model: schema.Service) -> Service:
    programme = valid.draft.programme
    assert programme is not None
    highest = programme.classifications[-1] if programme.classifications else None
    first_pot = next(iter(programme.capital), None)
    build = model.build
    return Service(
        id=key,
        name=Name(model.name or {"en": key}),
        provides=model.provides or key,
        needs=model.needs,
        earliest=max(model.earliest or 0, 0),
        build=Build(
            build.quarters,
            effort_by_quarter(build.effort, build.quarters),
            capital_by_pot(build.capital, first_pot),
            build.run_cost,
        )
        if build is not None
        else None,
        ready=(model.ready or 0) if build is None else None,
        run_cost_per_user=model.run_cost_per_user,
        run_cost_per_system=model.run_cost_per_system,
        capacity=model.capacity,
        accredited_to=model.accredited_to or highest,
        after=model.after if build is not None else (),
        must_build=model.must_build and build is not None,
        latest=model.latest if build is not None else None,
    )


def _partner(valid: ValidDraft, key: str, model: schema.Partner) -> Partner:
    name = Name(model.partner or {"en": key})
    joins = max(model.joins or 0, 0)
    return Partner(key, name, model.contact, model.users or 0.0, model.budget, default_pot(valid.draft, key), joins)


def _system(valid: ValidDraft, entry: Entry) -> System:
    model = entry.model
    programme = valid.draft.programme
    assert programme is not None
    short = entry.id.partition("/")[2]
    lowest = programme.classifications[0] if programme.classifications else None
    support_ends = references.support_ends(valid.draft, entry, valid.look_ups)
    joins = max(valid.draft.partners[entry.partner].joins or 0, 0)
    until = model.extended_support.until
    return System(
        id=entry.id,
        partner=entry.partner,
        name=Name(model.name or {"en": short}),
        capability=capability_of(entry),
        tier=model.tier,
        exposure=programme.tiers[model.tier].exposure if model.tier is not None else 0.0,
        users=users_of(valid.draft, entry),
        size=size_of(entry),
        run_cost=model.run_cost,
        end_of_life=support_ends.quarter,
        product=model.product,
        extended_support=model.extended_support.cost,
        contract=_contract(model.contract, entry.node),
        classification=model.classification or lowest,
        after=model.after,
        interfaces=tuple(Interface(interface.other, interface.cost) for interface in model.interfaces),
        area=model.area,
        confidence=model.confidence,
        must_move=model.must_move,
        earliest=max(model.earliest or 0, joins),
        latest=model.latest,
        options=valid.options[entry.id],
        place=_place(entry.key),
        support_ends=support_ends,
        extended_until=None if until is None else until.quarter,
        joins=joins,
    )


def _contract(model: schema.Contract | None, node: Map) -> Contract | None:
    if model is None:
        return None
    below = node["contract"]
    assert isinstance(below, Map)
    # A quarter's label means the last day of its last month; a date says which day.
    ends = str(below["ends"])
    day = None if "/" in ends else parse_date(ends).day
    return Contract(model.cost, model.ends, model.renews_for, model.notice, model.exit, day)


def _place(mark: Mark) -> str:
    return f"{mark.source}:{mark.line}"


def _places(draft: Draft) -> Mapping[str, str]:
    """The places of rules, for messages: see :class:`consolidate.inventory.Inventory`."""
    found: dict[str, str] = {}
    node = draft.programme_node
    for key, word in (
        ("limits", "limit"),
        ("milestones", "milestone"),
        ("freezes", "freeze"),
        ("together", "together"),
        ("targets", "target"),
        ("budgets", "budget"),
    ):
        for number, rule in enumerate(node.list_of(key), 1):
            found[f"{word} {number}"] = _place(rule)
    for key, word in (("capital", "pot"), ("roles", "role")):
        below = node.get(key)
        for name in below if isinstance(below, Map) else ():
            assert isinstance(below, Map)
            found[f"{word} {name}"] = _place(below.key(name))
    for name in draft.services_node:
        found[f"service {name}"] = _place(draft.services_node.key(name))
    for partner, node in draft.partner_nodes.items():
        if partner in draft.kept:
            found |= {f"latest {key}": f"{node.source}:{line}" for key, line in draft.kept[partner].latest.items()}
            continue
        for entry in draft.entries_of(partner):
            if entry.model.latest is not None:
                found[f"latest {entry.id}"] = _place(entry.node.key("latest"))
    return found
