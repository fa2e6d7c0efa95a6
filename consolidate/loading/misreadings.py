"""Warnings: what is legal, but probably does not mean what its author thinks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consolidate.inventory import Budget, Inventory, Option, Service, System, When
from consolidate.loading.approaches import StepModel
from consolidate.loading.cycles import Waiting, show_cycle
from consolidate.loading.defaults import size_of
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.kept_partner import PartnerFacts, SystemPlaces
from consolidate.loading.lint import option_place
from consolidate.loading.selections import Selector, joining, joining_after
from consolidate.loading.steps import SAME_SOFTWARE
from consolidate.vocabulary import counted, money
from consolidate.yaml_files.findings import Findings, Remarks
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map


def warn_of_misreadings(
    inventory: Inventory, draft: Draft, facts: Mapping[str, PartnerFacts], findings: Findings
) -> None:
    """Warns of gates and sums that are not what they seem; ``facts`` by partner."""
    if any(service.after for service in inventory.services.values()):  # else nothing waits for systems to have moved
        _gates(inventory, draft, facts, findings)
    for key, service in inventory.services.items():
        if service.build is not None:
            _latest(inventory, draft, key, findings)
    _day_costs(draft, findings)
    _budgets(inventory, draft, findings)
    _milestones(inventory, draft, findings)


class SystemMisreadings:
    """Warns of support and contracts of systems that are not what they seem."""

    def __init__(self, inventory: Inventory, draft: Draft) -> None:
        self.inventory = inventory
        self.draft = draft

    def warn(self, entry: Entry, system: System, places: SystemPlaces, remarks: Remarks) -> None:
        """Warns of what one system's entry, the programme and the services make so."""
        _extended(self.inventory, entry, system, remarks)
        for option in system.options:
            _support(self.inventory, self.draft, entry, places, option, remarks)
            if system.contract is not None:
                _contract(places, system, option, remarks)


def _when(inventory: Inventory, when: When) -> str:
    return inventory.label(when.quarter) if when.day is None else when.day.isoformat()


# Support


def _support(
    inventory: Inventory, draft: Draft, entry: Entry, places: SystemPlaces, option: Option, findings: Remarks
) -> None:
    """Software that a lift and shift does not renew, and new software without an end of support."""
    step = option.steps[-1]
    if step.approach not in (*SAME_SOFTWARE, "replatform"):
        return
    before = option.first.support_ends if option.then is not None else inventory.systems[entry.id].support_ends
    ends = before.software
    if ends is None or ends.quarter >= inventory.appraisal_quarters - 1:
        return
    if any(model.end_of_life is not None for model in _models(draft, entry, option)):
        return
    place, which = option_place(entry.id, places, option)
    date = _when(inventory, ends)
    if step.approach == "replatform":
        second = " for its second step" if option.then is not None else ""
        what = f"gives no `end_of_life`{second}, so the new software is supported without end (today's: {date})"
        remedy = "write when its support ends, or `never`"
        kind = "a replatform gives no `end_of_life`"
    else:
        which += f" has a second step ({step.approach}) that" if option.then is not None else ""
        what = f"renews no software, whose support ends {date}: it runs on without"
        remedy = "write its `end_of_life` if this is meant, or choose a way that renews the software"
        kind = "software whose support ends is not renewed"
    findings.warn(place, f"{which} {what}; {remedy}", kind)


def _extended(inventory: Inventory, entry: Entry, system: System, findings: Remarks) -> None:
    """Extended support that is sold no longer than support lasts anyway."""
    until, ends = entry.model.extended_support.until, system.support_ends.first
    if until is None or ends is None or until.quarter > ends.quarter:
        return
    what = f"extended support is sold until {_when(inventory, until)}, and support ends {_when(inventory, ends)}"
    findings.warn(
        entry.node["extended_support"],
        f"{what}: nothing is ever paid for it; write a later `until`, or leave it out",
        "extended support that is never paid for",
    )


def _models(draft: Draft, entry: Entry, option: Option) -> Iterator[StepModel]:
    """Where the files speak of an option's last step: the system's own words first, then those of `approaches`."""
    programme = draft.programme
    assert programme is not None
    size = size_of(entry)
    own = entry.model.options[option.number - 1] if entry.model.options is not None else None
    template = programme.approaches.get(option.approach, {}).get(size)
    if option.then is None:
        found: list[StepModel | None] = [own, template]
    else:
        then = own.then if own is not None and own.then is not None else template.then if template is not None else None
        found = [then, programme.approaches.get(option.then.approach, {}).get(size)]
    yield from (model for model in found if model is not None)


# Contracts


def _contract(places: SystemPlaces, system: System, option: Option, findings: Remarks) -> None:
    """A contract that runs on although nothing is left to run."""
    last = option.steps[-1]
    runs_on = option.goes_live and option.contract_step is None and system.contract is not None
    if not runs_on or last.run_cost or not (system.run_cost or last.approach == "retire"):
        return
    assert system.contract is not None
    if system.contract.cost:
        place, which = option_place(system.id, places, option)
        what = "lets the contract run on, though nothing is left that costs anything to run"
        remedy = "write `contract: ends` if it ends with this, or what running it costs"
        findings.warn(place, f"{which} {what}; {remedy}", "a contract runs on beside `run_cost: 0`")


# Gates


def _gates(inventory: Inventory, draft: Draft, facts: Mapping[str, PartnerFacts], findings: Findings) -> None:
    """Gates that may stay closed, and options that they rule out."""
    waiting = Waiting(
        {key: (service.needs if service.build else (), service.after) for key, service in inventory.services.items()},
        {key: system.after for key, system in inventory.systems.items()},
        {key: system.options for key, system in inventory.systems.items()},
    )
    for known in facts.values():
        for id in known.places:
            for option in inventory.systems[id].options:
                if waiting.may_be_closed(option):
                    _closed(id, known.places[id], waiting, option, findings)
    for service in inventory.services.values():
        if service.build is not None:
            _gate(inventory, draft, service, waiting, findings)


def _closed(id: str, places: SystemPlaces, waiting: Waiting, option: Option, findings: Findings) -> None:
    """An option that can never be taken because of a gate."""
    never = next((need for need in option.first.needs if need in waiting.never), None)
    if never is not None:
        reason = f"it needs {show(never)}, which is never built"
    else:
        service = waiting.closed_by(id, option)
        if service is None:
            return
        reason = f"{show_cycle(id, service)}; an option's own `needs: []` frees it of those that it inherits"
    place, which = option_place(id, places, option)
    findings.warn(place, f"{which} can never be taken: {reason}", "options that can never be taken")


def _gate(inventory: Inventory, draft: Draft, service: Service, waiting: Waiting, findings: Findings) -> None:
    """Gates that may, or must, stay closed."""
    node = draft.services_node[service.id]
    assert isinstance(node, Map)
    for place, id in zip(node.list_of("after"), service.after, strict=True):
        if id in waiting.never:
            what = f"{show(service.id)} is never built: it waits for {show(id)}, which cannot move"
            findings.warn(place, f"{what}; give that an option that moves it, or take it out here")
        elif any(not option.goes_live for option in inventory.systems[id].options):
            what = f"{show(service.id)} is built only if {show(id)} moves, and it may stay"
            findings.warn(place, f"{what}; write `must_move: yes` for it, or leave it if that is meant")
    for place, need in zip(node.list_of("needs"), service.needs, strict=True):
        if need in waiting.never:
            findings.warn(place, f"{show(service.id)} is never built: it needs {show(need)}, which never is")


def _latest(inventory: Inventory, draft: Draft, key: str, findings: Findings) -> None:
    """A `latest` that leaves no quarter to begin in."""
    service = inventory.services[key]
    node = draft.services_node[key]
    assert isinstance(node, Map)
    assert service.build is not None
    soonest = service.earliest + service.build.quarters
    if service.latest is not None and service.latest < soonest:
        what = f"{show(key)} is never built: begun in {inventory.label(service.earliest)}, its first quarter, it is "
        ready = f"ready in {inventory.label(soonest)}, after its `latest`"
        findings.warn(node["latest"], f"{what}{ready}; write that or later, or an earlier `earliest`")


# People and money


def _day_costs(draft: Draft, findings: Findings) -> None:
    """Roles whose days cost nothing beside others whose days have a worth."""
    programme, node = draft.programme, draft.programme_node.get("roles")
    assert programme is not None
    if all(model.day_cost is None for model in programme.roles.values()) or not isinstance(node, Map):
        return
    for role, model in programme.roles.items():
        if model.day_cost is None:
            what = f"{show(role)} has no `day_cost`, as other roles have, so its days cost nothing"
            findings.warn(node.key(role), f"{what}; write what a day is worth, or `day_cost: 0` if that is meant")


def _budgets(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Budgets of a part of a year, and budgets that today's costs exceed already."""
    for budget, node in zip(inventory.budgets, draft.programme_node.list_of("budgets"), strict=True):
        assert isinstance(node, Map)
        held = len(budget.quarters)
        if held < 4:
            what = f"the appraisal holds {counted(held, 'quarter')} of {budget.label}, and the budget is for that part"
            findings.warn(node["year"], f"{what}; write what may be spent in it, or appraise the whole year")
        today = _today(inventory, budget)
        if today > budget.at_most + 0.005:
            cost, over = (money(round(one, 2), inventory.currency) for one in (today, today - budget.at_most))
            what = f"leaving everything as it is costs {cost} in {budget.label}, {over} more than this"
            what += ", so a plan must save that in the year, or there is none"
            findings.warn(node["at_most"], f"{what}; write a higher `at_most`, or leave it if that is meant")


def _today(inventory: Inventory, budget: Budget) -> float:
    """Revenue in a budget's quarters with every system as it is today."""
    total = 0.0
    for system in inventory.systems.values():
        if budget.partners is not None and system.partner not in budget.partners:
            continue
        yearly = system.run_cost + (system.contract.cost if system.contract is not None else 0.0)
        quarters = range(max(budget.quarters.start, system.joins), budget.quarters.stop)
        total += yearly * len(quarters) / 4
        if system.extended_support and system.end_of_life is not None:
            until = quarters.stop - 1 if system.extended_until is None else system.extended_until
            exposed = min(quarters.stop - 1, until) - max(quarters.start, system.end_of_life + 1) + 1
            total += system.extended_support * max(exposed, 0) / 4
    return total


def _milestones(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Milestones that leave out systems because their partner joins later."""
    programme = draft.programme
    assert programme is not None
    late = joining(inventory.systems)
    if not late:
        return
    select = Selector(inventory.systems)
    for rule, node in zip(programme.milestones, draft.programme_node.list_of("milestones"), strict=True):
        assert isinstance(node, Map)
        if rule.live is None:
            continue
        left_out = joining_after(rule.by.quarter, select(rule), late)
        for partner in sorted({inventory.systems[id].partner for id in left_out}):
            joins = inventory.label(inventory.partners[partner].joins)
            what = f"systems of {show(partner)}, which joins in {joins}, are not counted here"
            findings.warn(node["by"], f"{what}; name in `partners` whom it is for, or set a later `by`")
