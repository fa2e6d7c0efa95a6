"""The rules that a plan obeys, one function for each, named as in the format and in every message.

Nothing here knows how plans are made: each rule is read off the inventory and the ledger
(:mod:`consolidate.accounts.ledger`). Whatever a plan holds, the answer is a list of what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import fsum, isfinite

from consolidate.accounts import actuals
from consolidate.accounts.courses import Course, ScheduledStep, builds_of
from consolidate.accounts.ledger import Ledger
from consolidate.inventory import Inventory, Milestone, Pot, Role, Selection, System
from consolidate.plan import Move, Plan, ServiceBuild, move_order
from consolidate.vocabulary import approach_text


@dataclass(frozen=True, order=True)
class Violation:
    """A rule that a plan breaks. ``where`` is the id (and period) concerned; ``message`` says all in words."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True)
class RuleContext:
    """What the rules are tested on: a plan, the inventory it is of, and its ledger."""

    inventory: Inventory
    plan: Plan
    ledger: Ledger

    def label(self, quarter: int) -> str:
        """A quarter's label."""
        return self.inventory.label(quarter)

    def works(self) -> Iterator[tuple[System, Course, ScheduledStep]]:
        """Every step of work, in the order of the inventory."""
        for id, course in self.ledger.courses.items():
            for work in course.works:
                yield self.inventory.systems[id], course, work

    def planned(self) -> Iterator[tuple[System, Course, ScheduledStep]]:
        """Every step that is planned, not reported: what has happened is exempt from the rules of one system."""
        return (found for found in self.works() if found[2].reported is None)

    def reported(self, id: str) -> bool:
        """Whether the reports say what becomes of a system's first step."""
        return actuals.is_cancelled(self.inventory, id) or bool(actuals.reported_steps(self.inventory, id))

    def past(self, quarter: int) -> bool:
        """Whether a quarter has been reported on, or lies before one that has: what it was to bring is history."""
        return self.inventory.progress is not None and quarter < self.inventory.progress.open

    def chosen(self, who: Selection) -> Iterator[tuple[str, Course]]:
        """What becomes of the systems that a rule speaks of, in the order of the inventory."""
        return ((id, course) for id, course in self.ledger.courses.items() if id in who.systems)


TENTH_OF_A_PENNY = 1e-3
"""Sums of money may be over a limit by this much: a pound in three parts is no whole number of pennies."""
MILLIONTHS = 5e-6
"""Other amounts may be over a limit by this much: a plan's days are written to a millionth, and are added up."""
RESOLUTION = 2.0**-50
"""What a sum of floats that was rounded once may be out by, relative to it: not a penny in £10,000,000,000,000."""


def over(amount: float, limit: float, tolerance: float = MILLIONTHS) -> bool:
    """Whether an amount is over its limit, whatever the size of both.

    >>> over(1e12 + 0.01, 1e12, TENTH_OF_A_PENNY), over(1e12, 1e12, TENTH_OF_A_PENNY)
    (True, False)
    """
    return amount > limit + tolerance + RESOLUTION * abs(limit)


# ---- each system takes one option ---------------------------------------------------------------


def once(context: RuleContext) -> Iterator[Violation]:
    """Each system either stays or takes all the steps of one option, once, and its dates are those of the option."""
    moved: dict[str, list[Move]] = {}
    for move in context.plan.moves:
        moved.setdefault(move.system, []).append(move)
    stays: dict[str, int] = {}
    for stay in context.plan.stays:
        stays[stay.system] = stays.get(stay.system, 0) + 1
        if stay.approach != "retain":
            yield Violation("once", stay.system, f"{stay.system} stays under {stay.approach}: only retain stays")
    for id in dict.fromkeys([*moved, *stays]):
        if id not in context.inventory.systems:
            yield Violation("once", id, f"{id} is not a system of the inventory")
    for id, system in context.inventory.systems.items():
        message = None if context.reported(id) else _appears(moved.get(id, []), stays.get(id, 0))
        if message:
            yield Violation("once", id, f"{id} {message}")
        for move in () if context.reported(id) else moved.get(id, []):
            yield from _move(context, system, move, moved[id])


def _appears(moves: list[Move], stays: int) -> str | None:
    """What is wrong with how often a system appears; None if nothing is."""
    steps = sorted(move.step for move in moves)
    if not moves and not stays:
        return "is not in the plan: it must move or stay"
    if stays > 1 or (stays and moves):
        return "both moves and stays" if moves else "stays more than once"
    if moves and steps not in ([1], [1, 2]):
        return f"must take step 1 once, then step 2 at most once, and has steps {', '.join(map(str, steps))}"
    if len({move.option for move in moves}) > 1:
        return f"takes steps of options {', '.join(str(move.option) for move in moves)}: they must be of one option"
    return None


def _move(context: RuleContext, system: System, move: Move, moves: list[Move]) -> Iterator[Violation]:
    """A move's dates follow from its start."""
    options = [one for one in system.options if one.number == move.option]
    if not options or options[0].approach == "retain":
        return  # for the rule `option`
    steps = options[0].steps
    if move.step == 1 and len(steps) == 2 and all(other.step != 2 for other in moves):
        yield Violation("once", system.id, f"{system.id} takes step 1 of option {move.option} without its step 2")
    if not 1 <= move.step <= len(steps):
        yield Violation("once", system.id, f"option {move.option} of {system.id} has no step {move.step}")
        return
    step = steps[move.step - 1]
    cutover = move.start + step.quarters - 1
    last = cutover if step.approach == "refresh" else cutover + step.parallel_run
    for what, claimed, right in (("cutover", move.cutover, cutover), ("last", move.last, last)):
        if claimed != right:
            message = f"{what} of {system.id} is {context.label(claimed)}; from its start it is {context.label(right)}"
            yield Violation("once", system.id, message)


def option(context: RuleContext) -> Iterator[Violation]:
    """What a system takes is one of its options, with that option's approach and service."""
    for move in context.plan.moves:
        system = context.inventory.systems.get(move.system)
        if system is None or context.reported(system.id):
            continue
        options = [one for one in system.options if one.number == move.option]
        if not options:
            numbers = ", ".join(str(one.number) for one in system.options)
            message = f"{system.id} has no option {move.option}; it has {numbers}"
            yield Violation("option", system.id, message)
        elif options[0].approach == "retain":
            yield Violation("option", system.id, f"option {move.option} of {system.id} is retain: it stays, not moves")
        elif 1 <= move.step <= len(options[0].steps):
            step = options[0].steps[move.step - 1]
            if (step.approach, step.to) != (move.approach, move.to):
                message = f"option {move.option} of {system.id} is {approach_text(step.approach, step.to)}"
                message += f", not {approach_text(move.approach, move.to)}"
                yield Violation("option", system.id, message)
    for stay in context.plan.stays:
        system = context.inventory.systems.get(stay.system)
        if (
            system is not None
            and not context.reported(system.id)
            and all(one.approach != "retain" for one in system.options)
        ):
            yield Violation("option", system.id, f"{system.id} stays, which is not among its options")


def horizon(context: RuleContext) -> Iterator[Violation]:
    """Moves happen inside the horizon."""
    first, last = context.label(0), context.label(context.inventory.plan_quarters - 1)
    for system, _, work in context.planned():
        if work.start < 0:
            message = f"{system.id} starts in {context.label(work.start)}, before the horizon's start {first}"
            yield Violation("horizon", system.id, message)
        if work.cutover >= context.inventory.plan_quarters:
            message = f"{system.id} cuts over in {context.label(work.cutover)}, after the horizon's end {last}"
            yield Violation("horizon", system.id, message)


def window(context: RuleContext) -> Iterator[Violation]:
    """Work starts no sooner than ``earliest`` and cuts over no later than ``latest``; the second step follows."""
    for system, course, work in context.planned():
        first = course.works[0]
        if work is first and 0 <= work.start < system.earliest:
            when = f"{context.label(work.start)}, before its earliest {context.label(system.earliest)}"
            yield Violation("window", system.id, f"{system.id} starts in {when}")
        if work is not first and work.start <= first.cutover:
            when = f"{context.label(work.start)}, before the first is live in {context.label(first.cutover + 1)}"
            yield Violation("window", system.id, f"the second step of {system.id} starts in {when}")
        if system.latest is not None and work.cutover > system.latest:
            when = f"{context.label(work.cutover)}, after its latest {context.label(system.latest)}"
            yield Violation("window", system.id, f"{system.id} cuts over in {when}")


# ---- people and money ---------------------------------------------------------------------------


def staff(context: RuleContext) -> Iterator[Violation]:
    """The work of a quarter needs no more people of a role than there are, agency included."""
    for (role, q), used in sorted(context.ledger.staff.items()):
        days = context.inventory.roles[role].days
        bought = context.ledger.agency.get((role, q), 0.0)
        fixed = context.ledger.committed_staff.get((role, q), 0.0)
        if days is not None and over(used, _let_be(days[q] + bought, fixed, context.inventory.roles[role], q, bought)):
            where = f"{role} {context.label(q)}"
            there = f"{days[q]:,.2f}" + (f" and {bought:,.2f} of agency staff" if bought else "")
            message = f"person-days of {role} in {context.label(q)}: {used:,.2f} is over {there}"
            yield Violation("staff", where, message)


def _let_be(there: float, fixed: float, role: Role, q: int, bought: float) -> float:
    """What may be used: work that was reported breaks nothing by itself, once agency staff have done what they can."""
    return there if over(role.agency_days[q], bought) else max(there, fixed)


def agency(context: RuleContext) -> Iterator[Violation]:
    """Agency days are bought for known roles, in quarters of the horizon, up to their limit."""
    for row in context.plan.agency:
        where = f"{row.role} {context.label(row.quarter)}"
        if row.role not in context.inventory.roles:
            yield Violation("agency", where, f"agency days for {row.role}, which is not a role of the programme")
        elif not 0 <= row.quarter < context.inventory.plan_quarters:
            message = f"agency days for {row.role} in {context.label(row.quarter)}, outside the horizon"
            yield Violation("agency", where, message)
        elif not isfinite(row.days) or row.days < 0:
            message = f"agency days for {row.role} in {context.label(row.quarter)} are {row.days}: give 0 or more"
            yield Violation("agency", where, message)
    for (role, q), days in sorted(context.ledger.agency.items()):
        limit, worked = context.inventory.roles[role].agency_days[q], context.ledger.effort.get((role, q), 0.0)
        if over(days, limit):
            message = f"agency days of {role} in {context.label(q)}: {days:,.2f} is over {limit:,.2f}"
            yield Violation("agency", f"{role} {context.label(q)}", message)
        elif over(days, worked):
            message = f"agency days of {role} in {context.label(q)}: {days:,.2f} is over the {worked:,.2f} worked"
            yield Violation("agency", f"{role} {context.label(q)}", message)


def capital(context: RuleContext) -> Iterator[Violation]:
    """A pot pays for no more capital in a year than it has, with what was carried forward."""
    for pot in context.inventory.pots.values():
        spent = [context.ledger.capital.get((pot.id, q), 0.0) for q in range(context.inventory.plan_quarters)]
        fixed = [context.ledger.committed_capital.get((pot.id, q), 0.0) for q in range(context.inventory.plan_quarters)]
        yield from (_carried if pot.carry_forward else _by_period)(context, pot, spent, fixed)


def _by_period(context: RuleContext, pot: Pot, spent: list[float], fixed: list[float]) -> Iterator[Violation]:
    for period in pot.periods:
        used = fsum(spent[q] for q in period.quarters)
        if over(used, max(period.amount, fsum(fixed[q] for q in period.quarters)), TENTH_OF_A_PENNY):
            message = f"capital of {pot.id} in {period.label}: {used:,.2f} is over {period.amount:,.2f}"
            yield Violation("capital", f"{pot.id} {period.label}", message)


def _carried(context: RuleContext, pot: Pot, spent: list[float], fixed: list[float]) -> Iterator[Violation]:
    for number, period in enumerate(pot.periods, start=1):
        so_far = [q for one in pot.periods[:number] for q in one.quarters]
        used, settled = fsum(spent[q] for q in so_far), fsum(fixed[q] for q in so_far)
        there = fsum(one.amount for one in pot.periods[:number])
        if over(used, max(there, settled), TENTH_OF_A_PENNY):
            message = f"capital of {pot.id} up to {period.label}: {used:,.2f} is over {there:,.2f}"
            yield Violation("capital", f"{pot.id} {period.label}", message)


# ---- services -----------------------------------------------------------------------------------


def ready(context: RuleContext) -> Iterator[Violation]:
    """Nothing moves into a service that is not ready when the work starts."""
    for system, _, work in context.planned():
        if work.step.to is not None:
            problem = _unready(context, work.step.to, work.start)
            if problem:
                yield Violation("ready", system.id, f"{system.id} moves into {problem}")


def needs(context: RuleContext) -> Iterator[Violation]:
    """Work starts only once the services that it needs are ready."""
    for system, _, work in context.planned():
        for service in work.step.needs:
            problem = _unready(context, service, work.start) if service != work.step.to else None
            if problem:
                yield Violation("needs", system.id, f"{system.id} needs {problem}")


def _unready(context: RuleContext, service: str, start: int) -> str | None:
    """Says why a service can't be used from quarter ``start``; None when it can."""
    ready = context.ledger.ready.get(service)
    if ready is None:
        return f"{service}, which is never built"
    if start < ready:
        return f"{service} from {context.label(start)}, before it is ready in {context.label(ready)}"
    return None


def build(context: RuleContext) -> Iterator[Violation]:
    """A service is built at most once, from its earliest quarter, when what it needs is ready, inside the horizon."""
    seen: set[str] = set()
    for made in context.plan.builds:
        service = context.inventory.services.get(made.service)
        if service is None:
            yield Violation("build", made.service, f"{made.service} is not a service of the inventory")
        elif service.build is None:
            yield Violation("build", made.service, f"{made.service} exists already and is not built")
        elif made.service in seen:
            yield Violation("build", made.service, f"{made.service} is built more than once")
        elif context.inventory.progress is None or made.service not in context.inventory.progress.services:
            for message in _built(context, made):
                yield Violation("build", made.service, message)
        seen.add(made.service)


def _built(context: RuleContext, made: ServiceBuild) -> Iterator[str]:
    service, label = context.inventory.services[made.service], context.label
    right = context.ledger.ready[made.service]
    if made.ready != right:
        yield f"{made.service} is ready in {label(made.ready)}; from the start of its build it is {label(right)}"
    if made.start < max(service.earliest, 0):
        earliest = label(max(service.earliest, 0))
        yield f"the build of {made.service} starts in {label(made.start)}, before its earliest {earliest}"
    if right >= context.inventory.plan_quarters:
        end = label(context.inventory.plan_quarters - 1)
        yield f"{made.service} is ready in {label(right)}, after the horizon's end {end}"
    if service.latest is not None and right > service.latest:
        yield f"{made.service} is ready in {label(right)}, after its latest {label(service.latest)}"
    for needed in service.needs:
        problem = _unready(context, needed, made.start)
        if problem:
            yield f"the build of {made.service} needs {problem}"


def gate(context: RuleContext) -> Iterator[Violation]:
    """A service that waits for systems is built once all of them have moved; a reported build is exempt."""
    for made in builds_of(context.inventory, context.plan):
        if context.inventory.progress is not None and made.service in context.inventory.progress.services:
            continue
        for id in context.inventory.services[made.service].after:
            cutover = context.ledger.courses[id].cutover
            if cutover is None:
                yield Violation("gate", made.service, f"{made.service} waits for {id}, which does not move")
            elif made.start <= cutover:
                when = f"{context.label(made.start)}, before {id} is live in {context.label(cutover + 1)}"
                yield Violation("gate", made.service, f"the build of {made.service} starts in {when}")


def must_build(context: RuleContext) -> Iterator[Violation]:
    """Services that must be built are."""
    built = {made.service for made in builds_of(context.inventory, context.plan)}
    for id, service in context.inventory.services.items():
        if service.must_build and id not in built:
            yield Violation("must_build", id, f"{id} must be built, and is not")


def capacity(context: RuleContext) -> Iterator[Violation]:
    """A service has room for the users of all that moves into it."""
    here: dict[str, dict[str, float]] = {}
    for system, _, work in context.works() if context.inventory.progress is not None else ():
        if work.reported is not None and work.step.to is not None:
            here.setdefault(work.step.to, {})[system.id] = system.users
    for id, service in context.inventory.services.items():
        users, moved = context.ledger.users[id], sum(here.get(id, {}).values())
        if service.capacity is not None and over(users, max(service.capacity, moved)):
            yield Violation("capacity", id, f"users of {id}: {users:,.0f} is over its capacity {service.capacity:,.0f}")


# ---- systems with one another -------------------------------------------------------------------


def after(context: RuleContext) -> Iterator[Violation]:
    """Work starts only once the systems that it follows are live; those that stay or are renewed hold up nothing."""
    for id, course in context.ledger.courses.items():
        for other in context.inventory.systems[id].after if course.works and course.works[0].reported is None else ():
            cutover = context.ledger.courses[other].cutover
            start = course.works[0].start
            if cutover is not None and start <= cutover:
                when = f"{context.label(start)}, before {other} is live in {context.label(cutover + 1)}"
                yield Violation("after", id, f"{id} starts in {when}")


def together(context: RuleContext) -> Iterator[Violation]:
    """These cut over in the same quarter, or none of them moves."""
    for group in context.inventory.together:
        cutovers = {id: context.ledger.courses[id].cutover for id in group if not context.reported(id)}
        if len(set(cutovers.values())) > 1:
            said = (f"{id} {'does not move' if q is None else context.label(q)}" for id, q in cutovers.items())
            message = f"these must cut over in one quarter, or none of them: {', '.join(said)}"
            yield Violation("together", ", ".join(group), message)


def freeze(context: RuleContext) -> Iterator[Violation]:
    """Nothing cuts over, or no work goes on, while it is frozen."""
    for rule in context.inventory.freezes:
        why = f": {rule.why}" if rule.why else ""
        for id, course in context.chosen(rule.who):
            for work in (one for one in course.works if one.reported is None):
                if not rule.stops_work and work.cutover in rule.quarters:
                    yield Violation(
                        "freeze", id, f"{id} cuts over in {context.label(work.cutover)}, which is frozen{why}"
                    )
                frozen = sorted(q for q in rule.quarters if work.start <= q <= work.cutover) if rule.stops_work else []
                if frozen:
                    when = ", ".join(map(context.label, frozen))
                    yield Violation("freeze", id, f"{id} has work in progress in {when}, which is frozen{why}")


def limit(context: RuleContext) -> Iterator[Violation]:
    """No more moves are in progress at once than allowed."""
    T = context.inventory.plan_quarters
    for rule in context.inventory.limits:
        counts, settled = [0] * T, [0] * T
        for _, course in context.chosen(rule.who):
            for work in course.works:
                for q in range(max(work.start, 0), min(work.cutover, T - 1) + 1):
                    counts[q] += 1
                    settled[q] += work.reported is not None
        for q, count in enumerate(counts):
            if count > max(rule.moves, settled[q]):
                who = f" of {rule.who.text}" if rule.who.text else ""
                message = f"moves{who} in progress in {context.label(q)}: {count} is over {rule.moves}"
                yield Violation("limit", context.label(q), message)


def milestone(context: RuleContext) -> Iterator[Violation]:
    """By the end of a quarter enough systems are live."""
    for rule in context.inventory.milestones:
        if context.past(rule.by):
            continue  # whether it was met is history
        live = live_count(context, rule)
        if live < rule.needed:
            who = f" of {rule.who.text}" if rule.who.text else ""
            when = context.label(rule.by)
            message = f"systems{who} live by the end of {when}: {live} is short of {rule.needed}"
            yield Violation("milestone", when, message)


def live_count(context: RuleContext, rule: Milestone) -> int:
    """How many of a milestone's systems have cut over by its quarter."""
    return sum(course.cutover is not None and course.cutover <= rule.by for _, course in context.chosen(rule.who))


def target(context: RuleContext) -> Iterator[Violation]:
    """Enough running cost is saved in a financial year."""
    for rule, saved in zip(context.inventory.targets, context.ledger.savings, strict=True):
        if context.past(rule.quarters.stop - 1):
            continue  # history
        if over(rule.savings, saved, TENTH_OF_A_PENNY):
            whose = _of(rule.partners)
            message = f"savings{whose} in {rule.label}: {saved:,.2f} is short of {rule.savings:,.2f}"
            yield Violation("target", rule.label, message)


def budget(context: RuleContext) -> Iterator[Violation]:
    """Revenue in a financial year is within its budget."""
    for rule, spent in zip(context.inventory.budgets, context.ledger.revenue, strict=True):
        if context.past(rule.quarters.stop - 1):
            continue  # history
        if over(spent, rule.at_most, TENTH_OF_A_PENNY):
            message = f"revenue{_of(rule.partners)} in {rule.label}: {spent:,.2f} is over {rule.at_most:,.2f}"
            yield Violation("budget", rule.label, message)


def _of(partners: tuple[str, ...] | None) -> str:
    return f" of {', '.join(partners)}" if partners else ""


def progress(context: RuleContext) -> Iterator[Violation]:
    """What has happened is in the plan as it was reported; nothing else starts before the first open quarter."""
    if context.inventory.progress is None:
        return
    open_ = context.inventory.open
    stays = {stay.system for stay in context.plan.stays}
    for id, course in context.ledger.courses.items():
        if context.reported(id):
            right = sorted(as_moves(id, course), key=move_order)
            claimed = sorted((move for move in context.plan.moves if move.system == id), key=move_order)
            # A second step is planned too: where its first ends beyond the horizon, there is no plan.
            whole = course.option is None or len(course.works) == len(course.option.steps)
            if claimed != right or (id in stays) == bool(right) or not whole:
                yield Violation(
                    "progress", id, f"{id} is not in the plan as it was reported: {_as_reported(context, course)}"
                )
        for work in course.works:
            if work.reported is None and work.start < open_:
                when = f"{context.label(work.start)}, before {context.label(open_)}, the first quarter not reported on"
                yield Violation("progress", id, f"{id} starts in {when}")
    for made in context.plan.builds:
        if made.service in context.inventory.progress.services:
            if made not in builds_of(context.inventory, context.plan):
                yield Violation("progress", made.service, f"{made.service} is not in the plan as it was reported")
        elif made.start < open_:
            when = f"{context.label(made.start)}, before {context.label(open_)}, the first quarter not reported on"
            yield Violation("progress", made.service, f"the build of {made.service} starts in {when}")
    listed = {made.service for made in context.plan.builds}
    for made in builds_of(context.inventory, context.plan):
        if made.service not in listed:
            yield Violation("progress", made.service, f"the build of {made.service} was reported; the plan lacks it")


def as_moves(id: str, course: Course) -> Iterator[Move]:
    """A course as the moves of a plan."""
    number = course.option.number if course.option else 0
    for step, work in enumerate(course.works, 1):
        yield Move(work.start, id, step, number, work.step.approach, work.step.to, work.cutover, work.last)


def _as_reported(context: RuleContext, course: Course) -> str:
    steps = [
        f"{approach_text(one.step.approach, one.step.to)}, {context.label(one.start)} to {context.label(one.cutover)}"
        for one in course.works
    ]
    return "; ".join(steps) or "it was cancelled, and stays"


RULES: tuple[Callable[[RuleContext], Iterator[Violation]], ...] = (
    once,
    option,
    horizon,
    window,
    staff,
    agency,
    capital,
    ready,
    needs,
    build,
    gate,
    must_build,
    capacity,
    after,
    together,
    freeze,
    limit,
    milestone,
    target,
    budget,
    progress,
)
"""The rules, in the order in which they are reported; each is named as in its violations."""
