"""Every plan of a small inventory, tried one by one: a third computation of rules and costs.

Written from the format's text alone, on the typed inventory. It shares nothing with the
model's coefficients or with the ledger, so that all three agree only if all three are right.

``broken(inventory, plan)`` names the rules that a plan breaks, ``costs(inventory, plan)``
adds it up by kind, ``best(inventory)`` finds the optimum.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consolidate.inventory import Build, Inventory, Option, Step, System
from consolidate.plan import Agency, Move, Plan, ServiceBuild, Stay

SLACK = 1e-6
"""What a sum of days or pounds may exceed its limit by: rounding."""


@dataclass(frozen=True)
class Treatment:
    """What happens to one system: an option, and start and cutover of each of its steps (none under retain)."""

    system: System
    option: Option
    times: tuple[tuple[int, int], ...]

    @cached_property
    def works(self) -> list[tuple[Step, int, int]]:
        """Each piece of work with its first and last quarter."""
        return [(step, *when) for step, when in zip(self.option.steps, self.times, strict=False)]

    @cached_property
    def cutover(self) -> int | None:
        """The quarter after which it is live; None if it never is."""
        return self.times[0][1] if self.option.first.approach not in ("retain", "refresh") else None

    @cached_property
    def retired(self) -> int | None:
        """The quarter after which it is no more; None if it goes on."""
        return next((c for step, _, c in self.works if step.approach == "retire"), None)

    def old_until(self, inventory: Inventory) -> int:
        """The last quarter in which today's system runs."""
        if not self.times:
            return inventory.appraisal_quarters - 1
        parallel = 0 if self.option.approach == "refresh" else self.option.first.parallel_run
        return self.times[0][1] + parallel

    def moves(self, inventory: Inventory) -> list[Move]:
        last = [c + (0 if step.approach == "refresh" else step.parallel_run) for step, _, c in self.works]
        return [
            Move(s, self.system.id, number, self.option.number, step.approach, step.to, c, until)
            for number, ((step, s, c), until) in enumerate(zip(self.works, last, strict=True), 1)
        ]


# What a treatment costs, quarter by quarter ----------------------------------------------------


def running(inventory: Inventory, way: Treatment) -> list[float]:
    """Run cost in each quarter appraised, undiscounted: old, then in between, then new."""
    flow = [0.0] * inventory.appraisal_quarters
    for q in range(joins(inventory, way.system), inventory.appraisal_quarters):
        if q <= way.old_until(inventory):
            flow[q] += way.system.run_cost / 4
        for place, (step, _, c) in enumerate(way.works):
            stop = inventory.appraisal_quarters
            if place == 0 and len(way.works) == 2:
                after, _, c2 = way.works[1]
                stop = c2 + after.parallel_run
            if c + 1 <= q <= stop:
                flow[q] += step.run_cost / 4
    return flow


def contracted(inventory: Inventory, way: Treatment) -> list[float]:
    """Contract payments, the price of leaving included, in each quarter appraised, undiscounted."""
    deal, calendar, A = way.system.contract, inventory.calendar, inventory.appraisal_quarters
    first = joins(inventory, way.system)
    if deal is None:
        return [0.0] * A
    ended = [c + step.parallel_run for step, _, c in way.works if step.ends_contract]
    if not ended or way.option.approach in ("retain", "refresh"):
        return [deal.cost / 4 if q >= first else 0.0 for q in range(A)]
    last, month = ended[0], deal.ends
    while calendar.of_month(month) < last:
        month += deal.renews_for
    term = calendar.of_month(month)
    runs_on = [deal.cost / 4 if first <= q <= term else 0.0 for q in range(A)]
    if deal.exit is None:
        return runs_on
    leaves = [deal.cost / 4 if first <= q <= last else 0.0 for q in range(A)]
    if first <= last + 1 < A:
        leaves[last + 1] += deal.exit
    return leaves if worth(inventory, leaves) < worth(inventory, runs_on) * (1 - 1e-12) else runs_on


def exposed(inventory: Inventory, way: Treatment) -> list[bool]:
    """Whether anything runs past its end of life, in each quarter appraised."""
    flags = []
    for q in range(inventory.appraisal_quarters):
        ends = [way.system.end_of_life] if q <= way.old_until(inventory) else []
        for place, (step, _, c) in enumerate(way.works):
            stop = inventory.appraisal_quarters
            if place == 0 and len(way.works) == 2:
                stop = way.works[1][2] + way.works[1][0].parallel_run
            if c < q <= stop:
                ends.append(step.end_of_life)
        late = any(end is not None and q > end for end in ends)
        flags.append(late and q >= joins(inventory, way.system))
    return flags


def joins(inventory: Inventory, system: System) -> int:
    """The quarter from which the system's partner takes part."""
    return inventory.partners[system.partner].joins


def supported(inventory: Inventory, way: Treatment) -> list[float]:
    """Extended support in each quarter appraised, undiscounted: as long as it is sold."""
    until, cost = way.system.extended_until, way.system.extended_support / 4
    past = enumerate(exposed(inventory, way))
    return [cost if flag and (until is None or q <= until) else 0.0 for q, flag in past]


def worth(inventory: Inventory, flow: Sequence[float]) -> float:
    """Present value of a flow that starts in quarter 0."""
    return float(sum(amount / (1 + inventory.discount_rate) ** (q / 4) for q, amount in enumerate(flow)))


def spread(total: float, start: int, quarters: int, A: int) -> list[float]:
    """An amount paid in equal parts over the quarters of work (at least one)."""
    width = max(quarters, 1)
    return [total / width if start <= q < start + width else 0.0 for q in range(A)]


def churn(inventory: Inventory, way: Treatment) -> float:
    """What departing from the approved plan counts for one system."""
    approved = inventory.approved
    if approved is None or inventory.stability == 0:
        return 0.0
    known = {move.system for move in approved.moves} | {stay.system for stay in approved.stays}
    if way.system.id not in known:
        return 0.0
    before = {move.step: move for move in approved.moves if move.system == way.system.id}
    now = {move.step: move for move in way.moves(inventory)}
    quarters = 0
    for step in (1, 2):
        old, new = before.get(step), now.get(step)
        if old is not None and new is not None and (old.approach, old.to) == (new.approach, new.to):
            quarters += abs(new.cutover - old.cutover)
        elif old is not None or new is not None:
            quarters += 4
    return inventory.stability * quarters


def alone(inventory: Inventory, way: Treatment) -> dict[str, float]:
    """Discounted costs by kind that depend on this system alone."""
    A, system = inventory.appraisal_quarters, way.system
    past = exposed(inventory, way)
    cash = {
        "run": running(inventory, way),
        "contract": contracted(inventory, way),
        "support": supported(inventory, way),
        "exposure": [system.exposure if flag else 0.0 for flag in past],
    }
    found = {kind: worth(inventory, flow) for kind, flow in cash.items()}
    found["one_off"] = found["capital"] = 0.0
    for step, s, _ in way.works:
        found["one_off"] += worth(inventory, spread(step.one_off, s, step.quarters, A))
        found["capital"] += worth(inventory, spread(sum(step.capital.values()), s, step.quarters, A))
    found["stability"] = churn(inventory, way)
    return found


def bridging(inventory: Inventory, ways: dict[str, Treatment]) -> float:
    """Discounted cost of interfaces between a live and a not yet live system."""
    total = 0.0
    for way in ways.values():
        for link in way.system.interfaces:
            total += worth(inventory, bridged(inventory, way, ways[link.other], link.cost))
    return total


def bridged(inventory: Inventory, one: Treatment, other: Treatment, cost: float) -> list[float]:
    """What an interface costs in each quarter appraised, undiscounted."""
    flow, pair = [], (one, other)
    for q in range(inventory.appraisal_quarters):
        live = [side.cutover is not None and q > side.cutover for side in pair]
        gone = [side.retired is not None and q > side.retired for side in pair]
        here = all(q >= joins(inventory, side.system) for side in pair)
        flow.append(cost if here and live.count(True) == 1 and not any(gone) else 0.0)
    return flow


def building(inventory: Inventory, build: Build, start: int) -> dict[str, float]:
    """Discounted costs by kind of building a service and running it to the end."""
    A, ready = inventory.appraisal_quarters, start + build.quarters
    run = [build.run_cost / 4 if q >= ready else 0.0 for q in range(A)]
    capital = spread(sum(build.capital.values()), start, build.quarters, A)
    return {"run": worth(inventory, run), "capital": worth(inventory, capital)}


# What it uses ------------------------------------------------------------------------------------


Use = defaultdict[tuple[str, int], float]
"""Person-days by role and quarter, or pounds by pot and quarter."""


def add_effort(use: Use, effort: Mapping[str, Sequence[float]], start: int) -> None:
    for role, days in effort.items():
        for offset, figure in enumerate(days):
            use[role, start + offset] += figure


def add_capital(use: Use, capital: Mapping[str | None, float], start: int, quarters: int) -> None:
    width = max(quarters, 1)
    for pot, amount in capital.items():
        for q in range(start, start + width) if pot is not None else ():
            use[str(pot), q] += amount / width


@dataclass
class Schedule:
    """A whole plan: a treatment for each system, a start for each service built, agency days."""

    inventory: Inventory
    ways: dict[str, Treatment]
    builds: dict[str, int]

    def ready(self, service: str) -> int | None:
        """The quarter from which the service can be used; None if never."""
        entry = self.inventory.services[service]
        if entry.build is None:
            return entry.ready
        return self.builds[service] + entry.build.quarters if service in self.builds else None

    @property
    def built(self) -> list[tuple[Build, int]]:
        found = [(self.inventory.services[service].build, start) for service, start in self.builds.items()]
        return [(build, start) for build, start in found if build is not None]

    @cached_property
    def staff(self) -> Use:
        use: Use = defaultdict(float)
        for way in self.ways.values():
            for step, s, _ in way.works:
                add_effort(use, step.effort, s)
        for build, start in self.built:
            add_effort(use, build.effort, start)
        return use

    @cached_property
    def money(self) -> Use:
        use: Use = defaultdict(float)
        for way in self.ways.values():
            for step, s, _ in way.works:
                add_capital(use, step.capital, s, step.quarters)
        for build, start in self.built:
            add_capital(use, build.capital, start, build.quarters)
        return use

    def cheapest_agency(self) -> list[Agency]:
        """Just what is missing in each quarter; all that may be bought where a day of it costs less than an own one."""
        found = []
        for role in self.inventory.roles.values():
            for q in range(self.inventory.plan_quarters):
                used = self.staff[role.id, q]
                days = 0.0 if role.days is None else max(used - role.days[q], 0.0)
                if role.day_cost and role.day_rate[q] < role.day_cost[q]:
                    days = max(days, min(used, role.agency_days[q]))
                if days > SLACK:
                    found.append(Agency(role.id, q, days))
        return found

    def people(self, agency: Sequence[Agency]) -> tuple[list[float], list[float]]:
        """What agency days, and own people's, cost in each quarter appraised, undiscounted."""
        bought, own = [0.0] * self.inventory.appraisal_quarters, [0.0] * self.inventory.appraisal_quarters
        for item in agency:
            role = self.inventory.roles[item.role]
            bought[item.quarter] += item.days * role.day_rate[item.quarter]
            own[item.quarter] -= item.days * role.day_cost[item.quarter] if role.day_cost else 0.0
        for (name, q), days in self.staff.items():
            if self.inventory.roles[name].day_cost and 0 <= q < len(own):
                own[q] += days * self.inventory.roles[name].day_cost[q]
        return bought, own

    def costs(self, agency: Sequence[Agency]) -> dict[str, float]:
        found = defaultdict[str, float](float)
        parts = [alone(self.inventory, way) for way in self.ways.values()]
        parts += [building(self.inventory, build, start) for build, start in self.built]
        for kind, amount in itertools.chain.from_iterable(part.items() for part in parts):
            found[kind] += amount
        bought, own = self.people(agency)
        found["agency"], found["staff"] = worth(self.inventory, bought), worth(self.inventory, own)
        found["interface"] += bridging(self.inventory, self.ways)
        return dict(found)

    def plan(self) -> Plan:
        inventory = self.inventory
        return Plan(
            moves=tuple(sorted(move for way in self.ways.values() for move in way.moves(inventory))),
            stays=tuple(sorted(Stay(way.system.id) for way in self.ways.values() if not way.times)),
            builds=tuple(
                sorted(ServiceBuild(start, service, self.ready(service) or 0) for service, start in self.builds.items())
            ),
            agency=tuple(sorted(self.cheapest_agency())),
        )


# The rules ---------------------------------------------------------------------------------------


def own_rules(inventory: Inventory, way: Treatment) -> Iterator[str]:
    """Rules that concern one system and nothing else: 1, and freezes."""
    system, previous = way.system, -1
    for place, (step, s, c) in enumerate(way.works):
        if c != s + step.quarters - 1:
            yield "duration"
        if s <= previous or s < 0 or (place == 0 and s < system.earliest) or s < joins(inventory, system):
            yield "start"
        if c > inventory.plan_quarters - 1 or (system.latest is not None and c > system.latest):
            yield "cutover"
        for freeze in inventory.freezes:
            if system.id in freeze.who.systems:
                days = range(s, c + 1) if freeze.stops_work else range(c, c + 1)
                if any(q in freeze.quarters for q in days):
                    yield "freeze"
        previous = c


def build_rules(plan: Schedule) -> Iterator[str]:
    """Rule 4 for the services built."""
    for service, start in plan.builds.items():
        entry = plan.inventory.services[service]
        if entry.build is None:
            yield "build of what exists"
            continue
        if start < max(entry.earliest, 0) or start + entry.build.quarters > plan.inventory.plan_quarters - 1:
            yield "build window"
        if entry.latest is not None and start + entry.build.quarters > entry.latest:
            yield "build latest"
        for need in entry.needs:
            ready = plan.ready(need)
            if ready is None or start < ready:
                yield "build needs"
    for service in plan.inventory.services.values():
        if service.must_build and service.id not in plan.builds:
            yield "must build"


def gates_rule(plan: Schedule) -> Iterator[str]:
    """Builds that wait for systems."""
    for service, start in plan.builds.items():
        for system in plan.inventory.services[service].after:
            cutover = plan.ways[system].cutover
            if cutover is None or start < cutover + 1:
                yield "gate"


def needs_rule(plan: Schedule) -> Iterator[str]:
    for way in plan.ways.values():
        for step, s, _ in way.works:
            for service in step.needs:
                ready = plan.ready(service)
                if ready is None or s < ready:
                    yield "needs"


def staff_rule(plan: Schedule, agency: Sequence[Agency]) -> Iterator[str]:
    bought: Use = defaultdict(float)
    for item in agency:
        bought[item.role, item.quarter] += item.days
    for key, days in bought.items():
        role = plan.inventory.roles[key[0]]
        if not 0 <= key[1] < plan.inventory.plan_quarters or days < 0 or days > role.agency_days[key[1]] + SLACK:
            yield "agency"
        elif days > plan.staff[key] + SLACK:
            yield "agency beyond the work"
    for (name, q), days in plan.staff.items():
        role = plan.inventory.roles[name]
        if (
            role.days is not None
            and 0 <= q < plan.inventory.plan_quarters
            and days > role.days[q] + bought[name, q] + SLACK
        ):
            yield "staff"


def capital_rule(plan: Schedule) -> Iterator[str]:
    for pot in plan.inventory.pots.values():
        covered = {q for period in pot.periods for q in period.quarters}
        assert covered == set(range(plan.inventory.plan_quarters)), "every quarter of the horizon is in a period"
        spent = amount = 0.0
        for period in pot.periods:
            in_period = sum(plan.money[pot.id, q] for q in period.quarters)
            spent, amount = spent + in_period, amount + period.amount
            if (spent if pot.carry_forward else in_period) > (amount if pot.carry_forward else period.amount) + SLACK:
                yield "capital"


def capacity_rule(plan: Schedule) -> Iterator[str]:
    for service in plan.inventory.services.values():
        users = sum(
            way.system.users for way in plan.ways.values() if any(step.to == service.id for step, _, _ in way.works)
        )
        if service.capacity is not None and users > service.capacity:
            yield "capacity"


def order_rules(plan: Schedule) -> Iterator[str]:
    """Rules 6 and 7."""
    for way in plan.ways.values():
        for other in way.system.after if way.times else ():
            cutover = plan.ways[other].cutover
            if cutover is not None and way.times[0][0] <= cutover:
                yield "after"
    for group in plan.inventory.together:
        if len({plan.ways[system].cutover for system in group}) > 1:
            yield "together"


def count_rules(plan: Schedule) -> Iterator[str]:
    """Limits and milestones."""
    for limit in plan.inventory.limits:
        for q in range(plan.inventory.plan_quarters):
            busy = sum(
                s <= q <= c for way in plan.ways.values() if way.system.id in limit.who.systems for _, s, c in way.works
            )
            if busy > limit.moves:
                yield "limit"
    for milestone in plan.inventory.milestones:
        live = 0
        for system in milestone.who.systems:
            cutover = plan.ways[system].cutover
            live += cutover is not None and cutover <= milestone.by
        if milestone.share is not None and live < milestone.share * len(milestone.who.systems):
            yield "milestone"


def targets_rule(plan: Schedule) -> Iterator[str]:
    inventory = plan.inventory
    for target in inventory.targets:
        saved = 0.0
        for way in plan.ways.values():
            if target.partners is not None and way.system.partner not in target.partners:
                continue
            stay = Treatment(way.system, Option(0, _RETAIN), ())
            for side, sign in ((stay, 1), (way, -1)):
                flows = (running(inventory, side), contracted(inventory, side), supported(inventory, side))
                saved += sign * sum(flow[q] for flow in flows for q in target.quarters)
        for build, start in plan.built:
            for q in target.quarters:
                if q >= start + build.quarters:
                    saved -= part(inventory, target.partners, q) * build.run_cost / 4
        if saved < target.savings - SLACK:
            yield "target"


def part(inventory: Inventory, partners: Sequence[str] | None, q: int) -> float:
    """What some partners bear together of what is shared in a quarter."""
    if partners is None:
        return 1.0
    joined = [one for one in inventory.partners.values() if q >= one.joins]
    rule = inventory.apportion.years.get(inventory.calendar.year(q), inventory.apportion.default)
    counts = [system.partner for system in inventory.systems.values()]
    weigh = {
        "users": lambda one: one.users,
        "systems": lambda one: counts.count(one.id),
        "equal": lambda one: 1,
    }
    weights = {one.id: weigh[rule](one) if isinstance(rule, str) else rule.get(one.id, 0) for one in joined}
    if not sum(weights.values()):
        weights = dict.fromkeys(weights, 1)
    return float(sum(weight for one, weight in weights.items() if one in partners) / sum(weights.values()))


def budgets_rule(plan: Schedule, agency: Sequence[Agency]) -> Iterator[str]:
    """Revenue of a year: all of it, or what is some partners' own and their part of what is shared."""
    inventory = plan.inventory
    A = inventory.appraisal_quarters
    bought, own = plan.people(agency)
    for budget in inventory.budgets:
        spent = 0.0
        for way in plan.ways.values():
            if budget.partners is not None and way.system.partner not in budget.partners:
                continue
            flows = [running(inventory, way), contracted(inventory, way), supported(inventory, way)]
            flows += [spread(step.one_off, s, step.quarters, A) for step, s, _ in way.works]
            flows += [bridged(inventory, way, plan.ways[link.other], link.cost) for link in way.system.interfaces]
            spent += sum(flow[q] for flow in flows for q in budget.quarters)
        for q in budget.quarters:
            fixed = sum(build.run_cost / 4 for build, start in plan.built if q >= start + build.quarters)
            spent += part(inventory, budget.partners, q) * (fixed + bought[q] + own[q])
        if spent > budget.at_most + SLACK:
            yield "budget"


_RETAIN = Step("retain", None, 0, {}, {}, 0.0, 0.0, 0, None, ())


def rules(plan: Schedule, agency: Sequence[Agency]) -> Iterator[str]:
    """Every rule that the plan breaks, by name."""
    for way in plan.ways.values():
        yield from own_rules(plan.inventory, way)
    yield from build_rules(plan)
    yield from needs_rule(plan)
    yield from order_rules(plan)
    yield from count_rules(plan)
    yield from capacity_rule(plan)
    yield from staff_rule(plan, agency)
    yield from capital_rule(plan)
    yield from targets_rule(plan)
    yield from gates_rule(plan)
    yield from budgets_rule(plan, agency)


# A plan from outside -------------------------------------------------------------------------------


def schedule(inventory: Inventory, plan: Plan) -> Schedule | None:
    """The plan in our terms; None if it is not even of the right shape (an option half taken, a build twice)."""
    ways: dict[str, Treatment] = {}
    for system in inventory.systems.values():
        moves = sorted((move for move in plan.moves if move.system == system.id), key=lambda move: move.step)
        stays = sum(stay.system == system.id for stay in plan.stays)
        numbers = {move.option for move in moves}
        if (stays, len(numbers)) not in ((1, 0), (0, 1)):
            return None
        found = [o for o in system.options if (o.number in numbers if numbers else o.approach == "retain")]
        if not found or (moves and found[0].approach == "retain"):
            return None
        way = Treatment(system, found[0], tuple((move.start, move.cutover) for move in moves))
        if way.moves(inventory) != moves or (moves and len(moves) != len(found[0].steps)):
            return None
        ways[system.id] = way
    if len({build.service for build in plan.builds}) < len(plan.builds):
        return None
    found_builds = Schedule(inventory, ways, {build.service: build.start for build in plan.builds})
    if any(inventory.services[build.service].build is None for build in plan.builds):
        return None
    return found_builds if all(found_builds.ready(b.service) == b.ready for b in plan.builds) else None


def broken(inventory: Inventory, plan: Plan) -> list[str]:
    """The rules that a plan breaks, each once."""
    found = schedule(inventory, plan)
    return ["shape"] if found is None else sorted(set(rules(found, plan.agency)))


def costs(inventory: Inventory, plan: Plan) -> dict[str, float]:
    """The plan's discounted costs by kind."""
    found = schedule(inventory, plan)
    assert found is not None, "a plan of the right shape"
    return found.costs(plan.agency)


# Every plan ------------------------------------------------------------------------------------------


def treatments(inventory: Inventory, system: System) -> list[Treatment]:
    """All that one system alone may do."""
    found = []
    for option in system.options:
        starts = [range(inventory.plan_quarters)] * (0 if option.approach == "retain" else len(option.steps))
        for chosen in itertools.product(*starts):
            times = tuple((s, s + step.quarters - 1) for s, step in zip(chosen, option.steps, strict=False))
            way = Treatment(system, option, times)
            if not any(own_rules(inventory, way)):
                found.append(way)
    return found


def all_builds(inventory: Inventory) -> Iterator[dict[str, int]]:
    """Every way to build services that obeys rule 4."""
    offered = [service for service in inventory.services.values() if service.build is not None]
    for starts in itertools.product(*([None, *range(inventory.plan_quarters)] for _ in offered)):
        builds = {service.id: s for service, s in zip(offered, starts, strict=True) if s is not None}
        if not any(build_rules(Schedule(inventory, {}, builds))):
            yield builds


def quarters_of(ways: Sequence[Treatment]) -> int:
    """The number of quarters up to and including the last cutover."""
    return max((c + 1 for way in ways for _, _, c in way.works), default=0)


@dataclass(frozen=True)
class Best:
    """An optimum: ``objective`` is what the inventory minimises, ``cost`` the discounted total."""

    objective: float
    cost: float
    plan: Schedule


class Search:
    """Tries every combination; leaves one aside only when its cost alone already rules it out."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.finish = inventory.minimise == "finish"
        self.best: Best | None = None
        self.tried = 0
        self.choices = {
            system.id: sorted(
                ((sum(alone(inventory, way).values()), way) for way in treatments(inventory, system)),
                key=lambda pair: pair[0],
            )
            for system in inventory.systems.values()
        }

    def key(self, cost: float, ways: Sequence[Treatment]) -> tuple[float, float]:
        return (quarters_of(ways) if self.finish else 0.0, cost)

    def beaten(self, cost: float, ways: Sequence[Treatment]) -> bool:
        """No completion can do better: every further cost, and quarter, is at least 0."""
        if self.best is None:
            return False
        return self.key(cost, ways) >= (self.best.objective if self.finish else 0.0, self.best.cost)

    def run(self) -> Best | None:
        for builds in all_builds(self.inventory):
            base = Schedule(self.inventory, {}, builds)
            # What own days are worth is left to the end: agency days may cost less.
            spent = sum(amount for kind, amount in base.costs([]).items() if kind != "staff")
            lists = [
                [(cost, way) for cost, way in pairs if not any(needs_rule(Schedule(self.inventory, {"": way}, builds)))]
                for pairs in self.choices.values()
            ]
            if all(lists):
                self.extend(builds, lists, [], spent)
        return self.best

    def extend(
        self, builds: dict[str, int], lists: list[list[tuple[float, Treatment]]], chosen: list[Treatment], spent: float
    ) -> None:
        if not lists:
            return self.leaf(builds, chosen)
        least = sum(pairs[0][0] for pairs in lists[1:])
        for cost, way in lists[0]:
            ways = [*chosen, way]
            if self.beaten(spent + cost + least, ways):
                if not self.finish:
                    break  # the rest cost more
                continue
            part = Schedule(self.inventory, {item.system.id: item for item in ways}, builds)
            if self.growing(part):
                self.extend(builds, lists[1:], ways, spent + cost)
        return None

    def growing(self, part: Schedule) -> bool:
        """Whether no rule is broken yet that more systems could only break further."""
        most = [
            Agency(role.id, q, min(days, part.staff[role.id, q]))
            for role in self.inventory.roles.values()
            for q, days in enumerate(role.agency_days)
        ]
        return not any(itertools.chain(staff_rule(part, most), capital_rule(part), capacity_rule(part)))

    def leaf(self, builds: dict[str, int], chosen: list[Treatment]) -> None:
        self.tried += 1
        plan = Schedule(self.inventory, {way.system.id: way for way in chosen}, builds)
        agency = plan.cheapest_agency()
        if any(rules(plan, agency)):
            return
        cost = sum(plan.costs(agency).values())
        if not self.beaten(cost, chosen):
            self.best = Best(float(quarters_of(chosen)) if self.finish else cost, cost, plan)


def best(inventory: Inventory) -> Best | None:
    """The cheapest plan (or the soonest finished, then cheapest) of all; None if no plan keeps the rules."""
    return Search(inventory).run()
