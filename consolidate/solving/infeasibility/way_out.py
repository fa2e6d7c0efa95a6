r"""Why there is no plan, and the cheapest way out.

An *elastic* model keeps every rule that links systems (``after``, ``needs``, ``together``,
``earliest``) and lets the others give way at a stated price (:data:`PRICES`): pots, roles,
capacities, limits, milestones, targets, ``latest``, freezes, the end of the horizon. Its
optimum is a cheapest set of relaxations, and the plan it makes possible is the proof. Then
an elastic filter collects rules until they cannot all stand, and a search by halves
(U. Junker, "QuickXplain", 2004) leaves a set of which no rule can be missed: those that
conflict (an irreducible infeasible subset, in the words of J. Chinneck).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.optimizer import assemble
from consolidate.plan import Plan
from consolidate.solving.exact.model import Model, Row, Terms
from consolidate.solving.exact.neighbourhood_search import picked, start_values
from consolidate.solving.exact.solver import Effort, Outcome, Watch, solve
from consolidate.solving.formulation.choices import Choice, offer, windows
from consolidate.solving.formulation.costs import NEVER, STAY, Prices, Timing
from consolidate.solving.formulation.remaining import Standing
from consolidate.solving.formulation.solution import Picked, days_used, finish_of, money_spent
from consolidate.solving.infeasibility.money_shortage import shortage
from consolidate.solving.infeasibility.relaxations import PRICES, RELAX, Item, Relaxation, figure, money, relax_pot
from consolidate.solving.makespan.serial_schedule import Breeding, Yard

SPARE_QUARTERS = 4
"""The horizon may grow by this many quarters more than the links between systems need."""
MOST_QUARTERS = 40
BUDGET = 4_000
"""Work allowed for each of the many small solves of the filter."""

PLACEMENTS = 100_000
"""Work allowed for a plan that only takes longer, to begin with."""
NOT_FOUND = "the search ended before a way out was found; give it more time with --time-limit"


@dataclass(frozen=True)
class WayOut:
    """What conflicts, and the cheapest set of relaxations with the plan that it makes possible.

    ``conflict``: the rules that cannot be met together, in words. ``minimal``: none of them can be
    missed. ``cheapest``: the set is proven cheapest under :data:`PRICES`. ``inventory``: with the
    relaxations in force, for :mod:`consolidate.accounts.rules` to test ``plan`` against. Without a way
    out (the links themselves conflict) ``plan`` and ``inventory`` are None.
    """

    conflict: tuple[str, ...]
    minimal: bool
    relaxations: tuple[Relaxation, ...]
    cheapest: bool
    inventory: Inventory | None
    plan: Plan | None
    picked: Picked | None = None
    """The same plan, as choices."""
    left: bool = False
    """Whether figures in ``conflict`` are what is left after what was reported."""

    @property
    def price(self) -> float:
        return sum(relaxation.price for relaxation in self.relaxations)


def way_out(inventory: Inventory, effort: Effort, watch: Watch | None = None) -> WayOut:
    """Explains an inventory that has no plan.

    Raises:
        NoPlan: when the effort ended before a way out was found; it says no more than that.
    """
    watch = watch or Watch()
    by_money = _by_money(inventory, effort, watch)
    if by_money is not None:
        return by_money
    elastic = _Elastic(inventory, _quarters_more(inventory))
    outcome = elastic.solve(replace(effort, gap=0.0), watch, start=elastic.later(effort, watch))
    if outcome.ended == "infeasible":
        return _hard_conflict(elastic, replace(effort, gap=1.0, budget=BUDGET), watch)
    if outcome.values is None:
        raise NoPlan("no plan can meet the rules", [NOT_FOUND])
    plan = picked(elastic.model, outcome)
    relaxations, relaxed = relax(inventory, plan)
    plan = fitted(relaxed, plan)
    conflict, minimal = _conflict(elastic, outcome, replace(effort, gap=0.5, budget=BUDGET), watch)
    return WayOut(
        conflict=tuple(_in_words(inventory, item) for item in conflict),
        minimal=minimal,
        relaxations=relaxations,
        cheapest=outcome.ended == "gap",
        inventory=relaxed,
        plan=assemble(relaxed, plan, 0.0, 1.0),
        picked=plan,
    )


def settled(inventory: Inventory, standing: Standing, way: WayOut) -> WayOut:
    """A way out of what is left of an inventory, said of the whole of it.

    Where what is under way takes more than there is, that much more has to be given before anything is left.
    """
    if way.picked is None:
        return way
    relaxed = inventory.extended(sum(int(one.amount) for one in way.relaxations if one.item[0] == "horizon"))
    extended = relaxed
    relaxations, filled, over = [], set(), 0.0
    for one in way.relaxations:
        more = 0.0
        carried = one.item[0] == "pot" and inventory.pots[str(one.item[1])].carry_forward
        place = one.item[:2] if carried else one.item
        if place not in filled:
            more = standing.over(extended, one.item)
            filled.add(place)
        over += more
        told, relaxed = RELAX[str(one.item[0])](relaxed, one.item, one.amount + more, inventory)
        relaxations.append(replace(told, amount=one.amount + more))
    plan = assemble(relaxed, way.picked, 0.0, 1.0)
    # What has to be given before anything is left was not weighed when the cheapest was sought.
    cheapest = way.cheapest and not over
    return replace(way, relaxations=tuple(relaxations), inventory=relaxed, plan=plan, cheapest=cheapest, left=True)


def _by_money(inventory: Inventory, effort: Effort, watch: Watch) -> WayOut | None:
    """The answer where the choice of options against the pots decides everything; None where it does not."""
    extended = inventory.extended(_quarters_more(inventory))
    found = shortage(inventory, extended, PRICES, minimal_conflict, replace(effort, budget=BUDGET), watch)
    if found is None:
        return None
    relaxations: list[Relaxation] = []
    relaxed = inventory
    for (pot, period), amount in sorted(found.more.items()):
        relaxation, relaxed = relax_pot(relaxed, ("pot", pot, period), amount, inventory)
        relaxations.append(replace(relaxation, amount=amount))
    standing: list[Item] = [("pot", pot, number) for pot in found.pots for number in _with_money(inventory, pot)]
    if any(len(extended.pots[pot].periods) > len(inventory.pots[pot].periods) for pot in found.pots):
        # A longer horizon would bring new periods, and money could be added to those.
        standing.append(("horizon",))
    return WayOut(
        conflict=tuple(_in_words(inventory, item) for item in standing),
        minimal=all(len(inventory.pots[pot].periods) == len(_with_money(inventory, pot)) for pot in found.pots),
        relaxations=tuple(relaxations),
        cheapest=True,
        inventory=relaxed,
        plan=assemble(relaxed, found.plan, 0.0, 1.0),
        picked=found.plan,
    )


def _with_money(inventory: Inventory, pot: str) -> list[int]:
    """The periods of a pot that have money; the first where none has."""
    return [number for number, period in enumerate(inventory.pots[pot].periods) if period.amount] or [0]


def _quarters_more(inventory: Inventory) -> int:
    """How much longer the horizon may become: as the links need, and a little."""
    soonest = windows(inventory, inventory.T, relaxed=True).soonest
    needed = max(soonest.values(), default=0) - inventory.T + 1
    return min(max(needed, 0) + SPARE_QUARTERS, MOST_QUARTERS)


class _Elastic:
    """The model in which rules may give way; ``slack`` holds what enforces each when fixed at 0.

    ``links``: with only these links between systems and services; None for all.
    """

    def __init__(self, inventory: Inventory, more: int, links: frozenset[Item] | None = None) -> None:
        self.inventory = inventory
        # A longer horizon may lengthen the appraisal, and so a target's year: not what was asked for.
        self.extended = replace(inventory.extended(more), targets=inventory.targets)
        self.model = Model(self.extended, self.extended.T, relaxed=True, horizon=inventory.T)
        self.slack: dict[Item, list[Any]] = defaultdict(list)
        self.model.objective.clear()
        if links is not None:
            self.model.rows = [row for row in self.model.rows if row.family not in LINKS or _link(row) in links]
        for row in self.model.rows:
            self._loosen(row)
        self._horizon()
        self._choices()
        self.model.load()

    def _loosen(self, row: Row) -> None:
        """Lets one row give way, if its family may."""
        match row.family:
            case "staff":
                row.terms[self._new(("role", *row.key))] = -1.0
            case "capital":
                pot, last = row.key
                first = 0 if self.extended.pots[pot].carry_forward else last
                for number in range(first, last + 1):
                    row.terms[self._shared(("pot", pot, number))] = -1.0
            case "capacity":
                row.terms[self._new(("capacity", *row.key))] = -1.0
            case "limit":
                row.terms[self._shared(("limit", row.key[0]), whole=True)] = -1.0
            case "milestone":
                row.terms[self._new(("milestone", *row.key), whole=True)] = 1.0
            case "target":
                row.terms[self._new(("target", *row.key))] = 1.0

    def _new(self, item: Item, *, whole: bool = False, high: float | None = None) -> Any:
        slack = self.model.variable(PRICES[str(item[0])], 0, high, whole=whole)
        self.slack[item].append(slack)
        return slack

    def _shared(self, item: Item, *, whole: bool = False) -> Any:
        return self.slack[item][0] if item in self.slack else self._new(item, whole=whole)

    def _horizon(self) -> None:
        """One variable for each quarter that the horizon grows by, in order."""
        more = self.extended.T - self.inventory.T
        self.longer = [self._new(("horizon",), whole=True, high=1) for _ in range(more)]
        for one, following in zip(self.longer, self.longer[1:], strict=False):
            self.model.rows.append(Row("horizon", (), {following: 1.0, one: -1.0}, -1, 0))

    def _choices(self) -> None:
        """Choices that are late, in a freeze or beyond the horizon: priced, or tied to what is."""
        for system, found in self.model.choices.items():
            tied: dict[Any, Terms] = defaultdict(dict)
            for choice, x in found:
                for kind, what, amount in choice.breaks:
                    if kind == "latest":
                        self.model.objective[x] = PRICES["latest"] * amount
                        self.slack["latest", system].append(x)
                    elif kind == "freeze":
                        tied[self._shared(("freeze", what, amount), whole=True)][x] = 1.0
                    else:
                        for number in range(amount):
                            tied[self.longer[number]][x] = 1.0
            for slack, terms in tied.items():
                self.model.rows.append(Row("relaxed", (system,), {**terms, slack: -1.0}, -1, 0))
        for builds in self.model.builds.values():
            for build, z in builds:
                for _, _, amount in build.breaks:
                    row = {z: 1.0, self.longer[amount - 1]: -1.0}
                    self.model.rows.append(Row("relaxed", (build.service.id,), row, -1, 0))

    def later(self, effort: Effort, watch: Watch) -> dict[Any, float] | None:
        """A quick plan that breaks no rule but the horizon, as values; None where none was found."""

        def stop() -> bool:
            return watch.stop() or effort.seconds_left == 0

        offered = offer(self.extended, self.extended.T)
        if not offered.possible:
            return None
        breeding = Breeding(Yard(self.extended, offered), stop)
        breeding.run(self.inventory.T + 1, PLACEMENTS)
        plan = breeding.plan()
        if plan is None:
            return None
        last = max([finish_of(plan), *(build.ready + 1 for build in plan.builds)])
        values = start_values(self.model, plan)
        values.update({longer: float(self.inventory.T + number < last) for number, longer in enumerate(self.longer)})
        return values

    def solve(
        self,
        effort: Effort,
        watch: Watch,
        enforced: Sequence[Item] = (),
        start: dict[Any, float] | None = None,
    ) -> Outcome:
        """Solves with some rules standing as they are."""
        fixed = {slack: slack.upBound for item in enforced for slack in self.slack[item]}
        for slack in fixed:
            slack.upBound = 0
        try:
            return solve(self.model.problem, effort, watch, start)
        finally:
            for slack, high in fixed.items():
                slack.upBound = high


# -- what conflicts -----------------------------------------------------------------


def _conflict(elastic: _Elastic, outcome: Outcome, effort: Effort, watch: Watch) -> tuple[list[Item], bool]:
    """Rules that cannot all stand, whatever gives way besides; and whether none can be missed."""
    standing: list[Item] = []
    broken = _given_way(elastic, outcome)
    while True:
        standing += [item for item in broken if item not in standing]
        outcome = elastic.solve(effort, watch, standing)
        if outcome.ended == "infeasible":
            break
        if outcome.values is None:
            return standing, False
        broken = [item for item in _given_way(elastic, outcome) if item not in standing]
        if not broken:
            return standing, False
    # Rules of quarters that only a longer horizon has come last: a conflict does without them if it can.
    standing.sort(key=lambda item: _beyond(elastic.inventory, item))
    return minimal_conflict(standing, lambda items: elastic.solve(effort, watch, items).ended != "infeasible"), True


def _given_way(elastic: _Elastic, outcome: Outcome) -> list[Item]:
    """The rules that give way in a solution of the elastic model, in a fixed order."""
    values = outcome.values or {}
    return sorted((item for item, slack in elastic.slack.items() if any(values[var] > 1e-6 for var in slack)), key=str)


def _beyond(inventory: Inventory, item: Item) -> bool:
    """Whether a rule speaks of a period after the horizon."""
    match item:
        case ("role" | "freeze", _, int(quarter)):
            return quarter >= inventory.T
        case ("pot", str(pot), int(number)):
            return number >= len(inventory.pots[pot].periods)
        case _:
            return False


def minimal_conflict(items: Sequence[Item], possible: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """A subset of conflicting ``items`` of which none can be missed, by halves (QuickXplain).

    >>> minimal_conflict([("a",), ("b",), ("c",)], lambda some: not {("a",), ("c",)} <= set(some))
    [('a',), ('c',)]
    """

    def search(background: list[Item], added: bool, rest: list[Item]) -> list[Item]:
        if added and not possible(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        left, right = rest[:half], rest[half:]
        second = search(background + left, True, right)
        first = search(background + second, bool(second), left)
        return first + second

    return search([], False, list(items)) if items else []


def _hard_conflict(elastic: _Elastic, effort: Effort, watch: Watch) -> WayOut:
    """The links that conflict whatever money, people and time there are."""
    rows = elastic.model.rows
    groups = list(dict.fromkeys(_link(row) for row in rows if row.family in LINKS))
    more = elastic.extended.T - elastic.inventory.T

    def possible(standing: Sequence[Item]) -> bool:
        some = _Elastic(elastic.inventory, more, frozenset(standing))
        return some.solve(effort, watch).ended != "infeasible"

    found = minimal_conflict(groups, possible) if possible(()) else []
    return WayOut(tuple(_in_words(elastic.inventory, item) for item in found), True, (), True, None, None)


LINKS = ("after", "together", "ready", "needs")
"""Families of rows that never give way, each made of links that can be named."""


def _link(row: Row) -> Item:
    """The link that a row belongs to: its key without the quarter."""
    return (row.family, row.key[0]) if row.family == "together" else (row.family, *row.key[:-1])


# -- the way out --------------------------------------------------------------------


def need_more(inventory: Inventory, plan: Picked) -> dict[Item, float]:
    """By how much a plan breaks each rule that may give way, reckoned from its moves."""
    return {item: amount for item, amount in _excess(inventory, plan) if amount > 1e-6}


def _excess(inventory: Inventory, plan: Picked) -> Iterator[tuple[Item, float]]:
    longest = 0
    for choice in plan.choices:
        for kind, what, amount in choice.breaks:
            if kind == "latest":
                yield ("latest", what), amount
            elif kind == "freeze":
                yield ("freeze", what, amount), 1
            else:
                longest = max(longest, amount)
    longest = max([longest, *(amount for build in plan.builds for _, _, amount in build.breaks)])
    yield ("horizon",), longest
    yield from _staff_excess(inventory.extended(longest), plan)
    yield from _pot_excess(inventory.extended(longest), plan)
    yield from _count_excess(inventory, plan)
    longer = inventory.extended(longest)
    yield from _target_excess(longer, fitted(longer, plan))


def _staff_excess(inventory: Inventory, plan: Picked) -> Iterator[tuple[Item, float]]:
    for (role, quarter), used in days_used(plan).items():
        own = inventory.roles[role].days
        if own is not None:
            yield ("role", role, quarter), used - own[quarter] - inventory.roles[role].agency_days[quarter]


def _pot_excess(inventory: Inventory, plan: Picked) -> Iterator[tuple[Item, float]]:
    spent = money_spent(plan)
    for pot in inventory.pots.values():
        over = 0.0
        for number, period in enumerate(pot.periods):
            over = over if pot.carry_forward else 0.0
            over += sum(spent.get((pot.id, quarter), 0.0) for quarter in period.quarters) - period.amount
            if over > 1e-6:
                yield ("pot", pot.id, number), over
                over = 0.0


def _count_excess(inventory: Inventory, plan: Picked) -> Iterator[tuple[Item, float]]:
    users: dict[str, float] = defaultdict(float)
    for choice in plan.choices:
        for service in choice.option.services:
            users[service] += choice.system.users
    for service, taken in users.items():
        capacity = inventory.services[service].capacity
        if capacity is not None:
            yield ("capacity", service), taken - capacity
    for number, limit in enumerate(inventory.limits):
        under_way: dict[int, int] = defaultdict(int)
        for choice in plan.choices:
            if choice.system.id in limit.who.systems:
                for start, cutover in zip(choice.when.starts, choice.when.cutovers, strict=True):
                    for quarter in range(start, cutover + 1):
                        under_way[quarter] += 1
        yield ("limit", number), max((count - limit.room(q) for q, count in under_way.items()), default=0)
    for number, milestone in enumerate(inventory.milestones):
        yield (
            ("milestone", number),
            milestone.needed - sum(_live_by(c, milestone.by, milestone.who.systems) for c in plan.choices),
        )


def _live_by(choice: Choice, by: int, who: frozenset[str]) -> bool:
    return choice.system.id in who and choice.live is not None and choice.live <= by


def _target_excess(inventory: Inventory, plan: Picked) -> Iterator[tuple[Item, float]]:
    prices = Prices(inventory)
    for number, target in enumerate(inventory.targets):
        saved = sum(prices.saved(c.system, c.option, c.when, target.quarters) for c in plan.choices)
        saved -= sum(prices.build_running(b.service, b.start, target.quarters) for b in plan.builds)
        yield ("target", number), target.savings - saved


def fitted(inventory: Inventory, plan: Picked) -> Picked:
    """A plan that was made with a longer horizon: what ends beyond this one has nothing left to decide."""
    late = {key for key, system in inventory.systems.items() if system.options == (STAY,)}
    if not late:
        return plan
    stays = replace(plan.choices[0], option=STAY, when=Timing(), live=None, retired=NEVER, breaks=())
    choices = (
        replace(stays, system=inventory.systems[choice.system.id]) if choice.system.id in late else choice
        for choice in plan.choices
    )
    return Picked(tuple(choices), plan.builds)


def relax(inventory: Inventory, plan: Picked) -> tuple[tuple[Relaxation, ...], Inventory]:
    """The relaxations that a plan of the elastic model needs, and the inventory with them in force."""
    needs = need_more(inventory, plan)
    relaxed = inventory.extended(int(needs.get(("horizon",), 0)))
    relaxations = []
    for item in sorted(needs, key=str):
        relaxation, relaxed = RELAX[str(item[0])](relaxed, item, needs[item], inventory)
        relaxations.append(replace(relaxation, amount=needs[item]))
    return tuple(relaxations), relaxed


def _in_words(inventory: Inventory, item: Item) -> str:
    """A rule as it stands, for people."""
    match item:
        case ("role", str(role), int(quarter)):
            days = inventory.extended(max(0, quarter - inventory.T + 1)).roles[role].days or ()
            return f"{role} has {figure(days[quarter])} person-days in {inventory.label(quarter)}"
        case ("pot", str(pot), int(number)):
            inside = number < len(inventory.pots[pot].periods)
            period = (inventory if inside else inventory.extended(MOST_QUARTERS)).pots[pot].periods[number]
            return f"{pot} has {money(inventory, period.amount)} of capital for {period.label}"
        case ("latest", str(key)):
            system = inventory.systems[key]
            return f"{key} must cut over by {inventory.label(system.latest or 0)} (latest)"
        case ("capacity", str(service)):
            return f"{service} holds {figure(inventory.services[service].capacity or 0)} users"
        case ("limit", int(number)):
            limit = inventory.limits[number]
            return f"limit {number + 1}: at most {limit.moves} moves at a time ({limit.who.text})"
        case ("milestone", int(number)):
            rule = inventory.milestones[number]
            share = figure(float(rule.share * 100))
            return f"milestone {number + 1}: {share}% live by {inventory.label(rule.by)} ({rule.who.text})"
        case ("target", int(number)):
            target = inventory.targets[number]
            return f"target: {money(inventory, target.savings)} saved in {target.label}"
        case ("freeze", int(number), int(quarter)):
            freeze = inventory.freezes[number]
            return f"freeze {number + 1} in {inventory.label(quarter)} ({freeze.why or freeze.who.text})"
        case ("after", str(system), str(other)):
            return f"{system} waits for {other} (after)"
        case ("together", int(number), *_):
            return f"{', '.join(inventory.together[number])} cut over together"
        case ("ready", str(system), str(service)):
            return f"{system} needs {service}"
        case ("needs", str(service), str(need)):
            return f"{service} needs {need}"
        case _:
            return f"the horizon ends with {inventory.label(inventory.T - 1)}"
