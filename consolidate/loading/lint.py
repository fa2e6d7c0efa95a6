"""Warnings: what the rules allow but is rarely meant."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.inventory import Build, Effort, Inventory, Option, Pot, Role, Selection, Step, System
from consolidate.loading.drafts import Draft, Entry
from consolidate.loading.kept_partner import SystemPlaces
from consolidate.loading.times_outside import warn_of_dates
from consolidate.vocabulary import plural
from consolidate.yaml_files.findings import Findings, Remarks
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Mark

_SLACK = 1e-6
_RESOLUTION = 2.0**-50


def warn(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Warns of what is never used, and of rules and amounts without effect."""
    drawn = _DrawnOn(inventory)
    _unused(drawn, draft, findings)
    _services(drawn, inventory, draft, findings)
    _rules(inventory, draft, findings)


class SystemLint:
    """Warns of dates of systems without effect, and of options that can never be taken."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.possible = _Feasibility(inventory)

    def warn(self, entry: Entry, system: System, places: SystemPlaces, remarks: Remarks) -> None:
        """Warns of what one system's entry, the programme and the services make so."""
        warn_of_dates(self.inventory.calendar, entry, remarks)
        for option in system.options:
            reason = self.possible.hindrance(system, option)
            if reason is not None:
                place, which = option_place(entry.id, places, option)
                remarks.warn(place, f"{which} can never be taken: {reason}", "options that can never be taken")


def option_place(id: str, places: SystemPlaces, option: Option) -> tuple[Mark, str]:
    """Where an option of a system stands, or the system that has it from `approaches`; and what to call it."""
    if places.options is not None:
        return places.options[option.number - 1], f"option {option.number} ({option.approach}) of {show(id)}"
    to = f" to {show(option.first.to)}" if option.first.to is not None else ""
    return places.key, f"{option.approach}{to} for {show(id)}, from `approaches`,"


class _DrawnOn:
    """What options and builds draw on: pots and roles; and the services that options need."""

    def __init__(self, inventory: Inventory) -> None:
        self.pots: set[str | None] = set()
        self.roles: set[str] = set()
        needs: set[tuple[str, ...]] = set()
        self._seen: set[int] = set()
        for system in inventory.systems.values():
            for option in system.options:
                self._add(option.first)
                needs.add(option.first.needs)
                if option.then is not None:
                    self._add(option.then)
                    needs.add(option.then.needs)
        for service in inventory.services.values():
            if service.build is not None:
                self._add(service.build)
        self.services = set().union(*needs)

    def _add(self, work: Step | Build) -> None:
        self.pots.update(work.capital)
        if id(work.effort) not in self._seen:  # thousands of steps share one
            self._seen.add(id(work.effort))
            self.roles.update(work.effort)


def _unused(drawn: _DrawnOn, draft: Draft, findings: Findings) -> None:
    """Pots and roles that no option and no build draws on."""
    for kind, used, why in (
        ("capital", drawn.pots, "no option or build draws on the pot"),
        ("roles", drawn.roles, "no option or build takes effort of"),
    ):
        node = draft.programme_node.get(kind)
        for name in node if isinstance(node, Map) else ():
            if name not in used and isinstance(node, Map):
                findings.warn(node.key(name), f"{why} {show(name)}; take it out if it isn't needed")


def _services(drawn: _DrawnOn, inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Services that no system can use, and keys without effect on a service that is not built."""
    useful = set(drawn.services)
    waiting = list(useful)
    while waiting:
        service = inventory.services[waiting.pop()]
        for need in service.needs if service.build is not None else ():
            if need not in useful:
                useful.add(need)
                waiting.append(need)
    for key, service in inventory.services.items():
        node = draft.services_node[key]
        assert isinstance(node, Map)
        if key not in useful:
            findings.warn(draft.services_node.key(key), f"no system can use the service {show(key)}")
        for word in ("earliest", "needs"):
            if word in node and service.build is None:
                findings.warn(node.key(word), f"{show(word)} says nothing for a service that isn't built; take it out")


def _rules(inventory: Inventory, draft: Draft, findings: Findings) -> None:
    """Freezes, limits and milestones that match no system."""
    node = draft.programme_node
    for freeze, place in zip(inventory.freezes, node.list_of("freezes"), strict=True):
        _matched(freeze.who, place, "the freeze", findings)
    for limit, place in zip(inventory.limits, node.list_of("limits"), strict=True):
        _matched(limit.who, place, "the limit", findings)
    for milestone, place in zip(inventory.milestones, node.list_of("milestones"), strict=True):
        if milestone.share is not None:
            _matched(milestone.who, place, "the milestone", findings)


def _matched(who: Selection, place: Mark, what: str, findings: Findings) -> None:
    if not who.systems:
        findings.warn(place, f"{what} matches no system")


class _Feasibility:
    """Whether an option could be taken if its system were the only one."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.ready: dict[str, int | None] = {}
        for service in inventory.services:
            self.ready_of(service)
        self.frozen: dict[str, tuple[set[int], set[int]]] = {}
        rules: dict[tuple[int, bool], tuple[Selection, set[int]]] = {}
        for freeze in inventory.freezes:
            rules.setdefault((id(freeze.who), freeze.stops_work), (freeze.who, set()))[1].update(freeze.quarters)
        for (_, stops_work), (who, quarters) in rules.items():
            for system in who.systems:
                work, cutover = self.frozen.setdefault(system, (set(), set()))
                (work if stops_work else cutover).update(quarters)
        no_moves = {id(limit.who): limit.who for limit in inventory.limits if limit.moves == 0}
        self.stopped = {system for who in no_moves.values() for system in who.systems}
        self._staffed: dict[tuple[int, int], tuple[Effort, bool]] = {}

    def ready_of(self, service: str) -> int | None:
        """The first quarter in which a service can be ready; None if it can't within the horizon."""
        waiting = [service]
        while waiting:
            key = waiting[-1]
            entry = self.inventory.services[key]
            needs = entry.needs if entry.build is not None else ()
            missing = [need for need in needs if need not in self.ready]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            self.ready[key] = self._ready(key, [self.ready[need] for need in needs])
        return self.ready[service]

    def _ready(self, key: str, needs: Sequence[int | None]) -> int | None:
        entry = self.inventory.services[key]
        if entry.build is None:
            return entry.ready
        start: int | None = entry.earliest
        for need in needs:
            start = max(start, need) if start is not None and need is not None else None
        ready = self.inventory.plan_quarters - 1
        last = (ready if entry.latest is None else min(ready, entry.latest)) - entry.build.quarters
        if start is None:
            return None
        for quarter in range(start, last + 1):
            length = max(entry.build.quarters, 1)
            if all(self.staffed(role, days, quarter) for role, days in entry.build.effort.items()) and all(
                self.funded(pot, amount, quarter, length) for pot, amount in entry.build.capital.items()
            ):
                return quarter + entry.build.quarters
        return None

    def _all_staffed(self, effort: Effort, start: int) -> bool:
        """Whether there are days enough for all of a step's effort, which thousands of steps share."""
        known = self._staffed.get((id(effort), start))
        if known is None:
            every = all(self.staffed(role, days, start) for role, days in effort.items())
            known = self._staffed[id(effort), start] = effort, every  # held, so that no other has its identity
        return known[1]

    def staffed(self, role: str, days: Sequence[float], start: int) -> bool:
        """Whether a role, agency included, has enough days for work that starts then."""
        team: Role = self.inventory.roles[role]
        if team.days is None:
            return True
        return all(need <= team.days[start + k] + team.agency_days[start + k] + _SLACK for k, need in enumerate(days))

    def funded(self, pot: str | None, amount: float, start: int, quarters: int) -> bool:
        """Whether a pot holds enough for capital that is spread over work that starts then."""
        if pot is None:
            return True
        limit: Pot = self.inventory.pots[pot]
        held = spent = 0.0
        for period in limit.periods:
            if period.quarters.stop <= start:
                held += period.amount
                continue
            if period.quarters.start >= start + quarters:
                break
            overlap = min(period.quarters.stop, start + quarters) - max(period.quarters.start, start)
            share = amount * max(overlap, 0) / quarters
            held, spent = (held + period.amount, spent + share) if limit.carry_forward else (period.amount, share)
            if spent > held + _SLACK + _RESOLUTION * held:
                return False
        return True

    def hindrance(self, system: System, option: Option) -> str | None:
        """Why an option can never be taken; None when, by itself, it can."""
        if option.approach == "retain":
            return None
        if system.id in self.stopped:
            return "a limit allows no moves of it"
        for service in option.services:
            capacity = self.inventory.services[service].capacity
            if capacity is not None and system.users > capacity:
                return f"its {system.users:g} users are more than the capacity of {show(service)}"
        earliest = system.earliest
        for step in option.steps:
            start = self.first_start(system, step, earliest)
            if start is None:
                return self.reason(system, step, earliest)
            earliest = start + step.quarters
        return None

    def window(self, system: System, step: Step, earliest: int) -> range:
        """The quarters in which a step may start so that it cuts over in time."""
        last = (
            self.inventory.plan_quarters - 1
            if system.latest is None
            else min(system.latest, self.inventory.plan_quarters - 1)
        )
        return range(max(earliest, 0), last - step.quarters + 2)

    def first_start(self, system: System, step: Step, earliest: int) -> int | None:
        """The first quarter in which a step could start."""
        begin = 0
        for service in step.needs:
            ready = self.ready[service]
            if ready is None:
                return None
            begin = max(begin, ready)
        for start in self.window(system, step, max(earliest, begin)):
            if (
                self.not_frozen(system, step, start)
                and self._all_staffed(step.effort, start)
                and all(self.funded(pot, amount, start, step.quarters) for pot, amount in step.capital.items())
            ):
                return start
        return None

    def not_frozen(self, system: System, step: Step, start: int) -> bool:
        """Whether no freeze stops a step that starts then."""
        if system.id not in self.frozen:
            return True
        work, cutover = self.frozen[system.id]
        return start + step.quarters - 1 not in cutover and work.isdisjoint(range(start, start + step.quarters))

    def reason(self, system: System, step: Step, earliest: int) -> str:
        """What leaves a step no quarter to start in: the first condition that none of its quarters meets."""
        starts = list(self.window(system, step, earliest))
        if not starts:
            return f"no quarter leaves room for its {step.quarters} {plural(step.quarters, 'quarter')} of work"
        for service in step.needs:
            ready = self.ready[service]
            starts = [start for start in starts if ready is not None and ready <= start]
            if not starts:
                return f"the service {show(service)} can't be ready in time"
        starts = [start for start in starts if self.not_frozen(system, step, start)]
        if not starts:
            return "freezes leave no quarter for it"
        for role, days in step.effort.items():
            starts = [start for start in starts if self.staffed(role, days, start)]
            if not starts:
                return f"its effort of {show(role)} fits no quarter"
        for pot, amount in step.capital.items():
            starts = [start for start in starts if self.funded(pot, amount, start, step.quarters)]
            if not starts:
                return f"its capital of {amount:g} is more than the pot {show(str(pot))} has"
        return "no quarter suits"
