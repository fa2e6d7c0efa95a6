"""What conflicts and what would help, as data and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.solving.formulation.solution import Solution
from consolidate.solving.infeasibility.relaxations import Item, Relaxation, as_numbered, figure
from consolidate.variants import with_longer_horizon
from consolidate.vocabulary import counted, money, plural

MOST_QUARTERS = 40


@dataclass(frozen=True)
class WayOut:
    """What conflicts, and the cheapest set of relaxations with the plan that it makes possible.

    ``conflict``: the rules that cannot be met together, in words. ``minimal``: none of them can be
    left out. ``cheapest``: the set is proven cheapest under :data:`PRICES`. ``inventory``: with the
    relaxations in force, for :mod:`consolidate.accounts.rules` to test ``plan`` against. Without a way
    out (the links themselves conflict) ``plan`` and ``inventory`` are None.
    """

    conflict: tuple[str, ...]
    minimal: bool
    relaxations: tuple[Relaxation, ...]
    cheapest: bool
    inventory: Inventory | None
    plan: Plan | None
    solution: Solution | None = None
    """The same plan, as choices."""
    left: bool = False
    """Whether figures in ``conflict`` are what is left after what was reported."""
    others: tuple[WayOut, ...] = ()
    """The next cheapest ways out, none of which contains one before it; ``cheapest``: it is proven to be the next."""

    @property
    def price(self) -> float:
        """What the relaxations count together."""
        return sum(relaxation.price for relaxation in self.relaxations)


def conflict_words(inventory: Inventory, conflict: Sequence[Item]) -> tuple[str, ...]:
    """Rules in conflict for people, in their order."""
    return tuple(in_words(inventory, item) for item in conflict_order(conflict))


def conflict_order(conflict: Sequence[Item]) -> list[Item]:
    """Rules in conflict as they are read: those of one thing together, in the order of their quarters or periods."""
    first = list(dict.fromkeys(item[:2] for item in conflict))
    return sorted(conflict, key=lambda item: (first.index(item[:2]), as_numbered(item)))


def in_words(inventory: Inventory, item: Item) -> str:
    """A rule as it is in the inventory, for people."""
    match item:
        case ("role", str(role), int(quarter)):
            days = with_longer_horizon(inventory, max(0, quarter - inventory.plan_quarters + 1)).roles[role].days or ()
            there = days[quarter]
            return f"{role} has {figure(there)} {plural(there, 'person-day')} in {inventory.label(quarter)}"
        case ("pot", str(pot), int(number)):
            inside = number < len(inventory.pots[pot].periods)
            period = (inventory if inside else with_longer_horizon(inventory, MOST_QUARTERS)).pots[pot].periods[number]
            return f"{pot} has {money(period.amount, inventory.currency)} of capital for {period.label}"
        case ("latest", str(key)) if (inventory.services[key].latest if key in inventory.services else 0) == -1:
            return f"{key} is not to be built (forbidden, or due before the horizon begins)"
        case ("latest", str(key)) if key in inventory.services:
            return f"{key} must be ready by {inventory.label(inventory.services[key].latest or 0)} (latest)"
        case ("latest", str(key)):
            system = inventory.systems[key]
            return f"{key} must cut over by {inventory.label(system.latest or 0)} (latest)"
        case ("capacity", str(service)):
            held = inventory.services[service].capacity or 0
            return f"{service} holds {figure(held)} {plural(held, 'user')}"
        case ("limit", int(number)):
            limit = inventory.limits[number]
            return f"limit {number + 1}: at most {counted(limit.moves, 'move')} at a time ({limit.who.text})"
        case ("milestone", int(number)):
            rule = inventory.milestones[number]
            share = figure(float((rule.share or 0) * 100))
            return f"milestone {number + 1}: {share}% live by {inventory.label(rule.by)} ({rule.who.text})"
        case ("target", int(number)):
            target = inventory.targets[number]
            whose = f" by {', '.join(target.partners)}" if target.partners else ""
            return f"target {number + 1}: {money(target.savings, inventory.currency)} saved{whose} in {target.label}"
        case ("budget", int(number)):
            budget = inventory.budgets[number]
            whose = f" of {', '.join(budget.partners)}" if budget.partners else ""
            most = money(budget.at_most, inventory.currency)
            return f"budget {number + 1}: revenue{whose} of at most {most} in {budget.label}"
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
        case ("gate", str(service), str(system)):
            return f"{service} waits for {system} (after)"
        case ("must_build", str(service)):
            gates = (inventory.systems[id] for id in inventory.services[service].after)
            stuck = [one.id for one in gates if not any(option.goes_live for option in one.options)]
            waits = f", and waits for {', '.join(stuck)}, which cannot move (after)" if stuck else ""
            return f"{service} must be built (must_build){waits}"
        case _:
            return f"the horizon ends with {inventory.label(inventory.plan_quarters - 1)}"
