"""The approved plan, carried forward: it holds until a better one is worth the change."""

from __future__ import annotations

from collections.abc import Iterable

from consolidate.inventory import Option, System
from consolidate.plan import Move, Plan, ServiceBuild
from consolidate.solving.formulation.choices import BuildChoice, Choice, wanted_services
from consolidate.solving.formulation.costs import Prices, Timing, passage, timing
from consolidate.solving.formulation.remaining import Remaining
from consolidate.solving.formulation.solution import Solution, first_violation

Moves = dict[int, Move]


def carry_forward(remaining: Remaining) -> Solution | None:
    """What the approved plan says of what is left to plan; None where it cannot be carried out any more.

    It cannot when a system is new, when an option it takes is gone, or when it breaks a rule after what was
    reported: a build that should have begun, for instance.
    """
    approved = remaining.inventory.approved
    return None if approved is None else as_solution(remaining, approved)


def as_solution(remaining: Remaining, plan: Plan) -> Solution | None:
    """What a plan says of what is left to plan; None where it cannot be carried out, as it stands, any more."""
    left, prices = remaining.inventory, remaining.prices
    moves: dict[str, Moves] = {stay.system: {} for stay in plan.stays}
    for move in plan.moves:
        moves.setdefault(move.system, {})[move.step] = move
    choices = []
    for id, system in left.systems.items():
        choice = _choice(prices, system, moves.get(id))
        if choice is None:
            return None
        choices.append(choice)
    found = _with_builds(prices, choices, plan.builds)
    return None if first_violation(left, found) else found


def _choice(prices: Prices, system: System, moves: Moves | None) -> Choice | None:
    found = _option_and_timing(system, moves)
    if found is None:
        return None
    option, when = found
    live = when.cutovers[0] if option.goes_live else None
    cost = prices.choice(system, option, when).total
    return Choice(system, option, when, cost, (), live, passage(option, when).retired)


def _option_and_timing(system: System, moves: Moves | None) -> tuple[Option, Timing] | None:
    """The option and the quarters that the approved plan gives a system, what has begun as it stands."""
    if system.began:
        return _begun(system, moves or {})
    if moves is None:
        return None
    if not moves:
        stay = next((one for one in system.options if one.approach == "retain"), None)
        return None if stay is None else (stay, Timing())
    number = moves[1].option if 1 in moves else 0
    for option in sorted(system.options, key=lambda one: one.number != number):
        wanted = [moves.get(number) for number in range(1, len(option.steps) + 1)]
        if len(wanted) == len(moves) and all(
            move is not None and (move.approach, move.to) == (step.approach, step.to)
            for move, step in zip(wanted, option.steps, strict=True)
        ):
            when = timing(option, *(move.start for move in wanted if move is not None))
            if when.cutovers == tuple(move.cutover for move in wanted if move is not None):
                return option, when
    only = system.options[0] if len(system.options) == 1 else None
    return (only, Timing()) if only is not None and only.approach == "retain" else None


def _begun(system: System, moves: Moves) -> tuple[Option, Timing] | None:
    option = system.options[0]
    if len(system.began) == len(option.steps):
        return option, timing(option, *system.began)
    second, then = moves.get(2), option.then
    if second is None or then is None or (second.approach, second.to) != (then.approach, then.to):
        return None
    when = timing(option, *system.began, second.start)
    # A first step that is late pushes its second step out of the way: then the plan has to change.
    return (option, when) if when.starts[1] > when.cutovers[0] else None


def _with_builds(prices: Prices, choices: list[Choice], planned: Iterable[ServiceBuild]) -> Solution:
    """Builds as planned, of the services that are needed and not there yet."""
    left = prices.inventory
    wanted = wanted_services(left, (step.needs for choice in choices for step in choice.option.steps))
    builds = []
    for build in planned:
        service = left.services.get(build.service)
        if service is not None and service.build is not None and build.service in wanted:
            cost = prices.build(service, build.start).total
            builds.append(BuildChoice(service, build.start, build.start + service.build.quarters, cost))
    return Solution(tuple(choices), tuple(builds))
