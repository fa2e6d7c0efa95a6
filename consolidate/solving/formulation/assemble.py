"""From a solution to a plan: moves, stays, builds, agency days and costs, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from math import fsum

from consolidate.inventory import Inventory
from consolidate.plan import Agency, Costs, Move, Plan, ServiceBuild, Stay, move_order
from consolidate.solving.formulation.choices import Choice
from consolidate.solving.formulation.commitments import added, agency_costs
from consolidate.solving.formulation.costs import Prices, passage
from consolidate.solving.formulation.people import agency_days
from consolidate.solving.formulation.remaining import Remaining
from consolidate.solving.formulation.solution import Solution, finish_of

OPTIMAL = 1e-6


ROUNDING = 1e-9
"""By how much a gap may exceed the one asked for: costs are rounded, solvers print few digits."""


def assemble(remaining: Remaining, plan: Solution, bound: float, gap: float) -> Plan:
    """The plan as plain data, with what it claims: costs by kind, objective, bound, gap.

    Args:
        remaining: what is left to plan of an inventory.
        plan: choices for what is left.
        bound: proven for what is left of it.
        gap: that was asked for.
    """
    inventory, left = remaining.whole, remaining.inventory
    agency = agency_of(left, plan)
    costs = added([total_costs(remaining.prices, plan, agency), remaining.costs]).as_json()
    if inventory.minimise == "finish":
        objective = float(max(finish_of(plan), remaining.finish))
        bound = max(bound, remaining.finish)
    else:
        objective = costs["total"]
        bound += remaining.costs.total
    bound = min(round(max(bound, 0.0), 6), objective)
    proven = (objective - bound) / objective if objective else 0.0
    status = "optimal" if proven <= OPTIMAL else "within_gap" if proven <= gap + ROUNDING else "feasible"
    return Plan(
        moves=tuple(sorted([*remaining.moves, *_moves(plan.choices, remaining)], key=move_order)),
        stays=tuple(sorted(_stays(plan.choices, remaining))),
        builds=tuple(sorted([*remaining.builds, *(ServiceBuild(b.start, b.service.id, b.ready) for b in plan.builds)])),
        agency=_merged(remaining.agency, agency),
        status=status,
        objective=objective,
        bound=bound,
        gap=proven,
        savings_gap=_savings_gap(inventory, objective, bound),
        costs=costs,
        programme=str(inventory.programme),
        scenario=inventory.scenario,
        inventory=inventory.content_hash,
        approved=inventory.approved_hash,
        progress=inventory.progress.hash if inventory.progress else None,
    )


def _savings_gap(inventory: Inventory, objective: float, bound: float) -> float | None:
    """What is left to find, as a share of what a plan could save at best."""
    if inventory.minimise == "finish":
        return None
    possible = Prices(inventory).as_it_is() - bound
    return (objective - bound) / possible if possible > 1e-6 else None


def _stays(choices: Iterable[Choice], remaining: Remaining) -> Iterable[Stay]:
    """Systems that are retained; what ends beyond the horizon only looks as if it were."""
    moving = {move.system for move in remaining.moves}
    return (Stay(c.system.id) for c in choices if c.option.approach == "retain" and c.system.id not in moving)


def _merged(one: Iterable[Agency], other: Iterable[Agency]) -> tuple[Agency, ...]:
    """Agency days of both, added up by role and quarter."""
    days: dict[tuple[str, int], float] = {}
    for item in (*one, *other):
        days[item.role, item.quarter] = days.get((item.role, item.quarter), 0.0) + item.days
    return tuple(sorted(Agency(role, quarter, round(total, 6)) for (role, quarter), total in days.items()))


def _moves(choices: Iterable[Choice], remaining: Remaining) -> Iterable[Move]:
    """The moves that are planned; those that were reported are known already."""
    reported = remaining.settled
    for choice in choices:
        when = choice.when
        for number, start in enumerate(when.starts):
            if (choice.system.id, number + 1) in reported:
                continue
            step = choice.option.steps[number]
            yield Move(
                start=start,
                system=choice.system.id,
                step=number + 1,
                option=choice.option.number,
                approach=step.approach,
                to=step.to,
                cutover=when.cutovers[number],
                last=when.lasts[number],
            )


def agency_of(inventory: Inventory, plan: Solution) -> tuple[Agency, ...]:
    """Agency days that a plan buys: for work beyond each role's own days, or because they are cheaper."""
    days = agency_days(inventory, (*plan.choices, *plan.builds))
    return tuple(sorted(Agency(role, quarter, round(amount, 6)) for (role, quarter), amount in days.items()))


def total_costs(prices: Prices, plan: Solution, agency: Iterable[Agency]) -> Costs:
    """The plan's costs by kind, discounted, from the closed forms."""
    inventory = prices.inventory
    parts = [prices.choice(choice.system, choice.option, choice.when) for choice in plan.choices]
    parts += [prices.build(build.service, build.start) for build in plan.builds]
    passages = {choice.system.id: passage(choice.option, choice.when) for choice in plan.choices}
    interface = fsum(
        prices.interface(
            link.cost, passages[system.id], passages[link.other], max(system.joins, inventory.systems[link.other].joins)
        )
        for system in inventory.systems.values()
        for link in system.interfaces
    )
    parts.append(Costs(interface=interface))
    parts.extend(agency_costs(prices, agency))
    return Costs(**{kind.name: fsum(getattr(part, kind.name) for part in parts) for kind in fields(Costs)})
