"""What conflicts and what would help, as data and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.inventory import Inventory
from consolidate.phrases import AmountText, MovesText, Phrase, PluralPhrase, QuarterLabel
from consolidate.plan import Plan
from consolidate.solving.formulation.solution import Solution
from consolidate.solving.infeasibility.relaxations import Item, Relaxation, as_numbered, figure
from consolidate.variants import with_longer_horizon

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
        case ("latest", str(key)):
            return _latest_in_words(inventory, key)
        case ("limit" | "milestone" | "target" | "budget" | "freeze" | "together", int(number), *quarter):
            return _numbered_in_words(inventory, str(item[0]), number, quarter)
        case ("role", str(role), int(quarter)):
            days = with_longer_horizon(inventory, max(0, quarter - inventory.plan_quarters + 1)).roles[role].days or ()
            there = PluralPhrase("{n} person-day", "{n} person-days", days[quarter], figure(days[quarter]))
            return Phrase("{role} has {days} in {quarter}", role=role, days=there, quarter=_label(inventory, quarter))
        case ("pot", str(pot), int(number)):
            inside = number < len(inventory.pots[pot].periods)
            period = (inventory if inside else with_longer_horizon(inventory, MOST_QUARTERS)).pots[pot].periods[number]
            amount, label = AmountText(period.amount, inventory.currency), QuarterLabel(period.label)
            return Phrase("{pot} has {amount} of capital for {period}", pot=pot, amount=amount, period=label)
        case ("capacity", str(service)):
            held = inventory.services[service].capacity or 0
            users = PluralPhrase("{n} user", "{n} users", held, figure(held))
            return Phrase("{service} holds {users}", service=service, users=users)
        case ("after" | "gate", str(one), str(other)):
            return Phrase("{one} waits for {other} (after)", one=one, other=other)
        case ("ready" | "needs", str(one), str(service)):
            return Phrase("{one} needs {service}", one=one, service=service)
        case ("must_build", str(service)):
            gates = (inventory.systems[id] for id in inventory.services[service].after)
            stuck = [one.id for one in gates if not any(option.goes_live for option in one.options)]
            if not stuck:
                return Phrase("{service} must be built (must_build)", service=service)
            return Phrase(
                "{service} must be built (must_build), and waits for {systems}, which cannot move (after)",
                service=service,
                systems=", ".join(stuck),
            )
        case _:
            return Phrase("the horizon ends with {quarter}", quarter=_label(inventory, inventory.plan_quarters - 1))


def _label(inventory: Inventory, quarter: int) -> QuarterLabel:
    return QuarterLabel(inventory.label(quarter))


def _latest_in_words(inventory: Inventory, key: str) -> str:
    """By when a system has to cut over, or a service to be ready."""
    if key in inventory.systems:
        latest = _label(inventory, inventory.systems[key].latest or 0)
        return Phrase("{key} must cut over by {quarter} (latest)", key=key, quarter=latest)
    if inventory.services[key].latest == -1:
        return Phrase("{key} is not to be built (forbidden, or due before the horizon begins)", key=key)
    latest = _label(inventory, inventory.services[key].latest or 0)
    return Phrase("{key} must be ready by {quarter} (latest)", key=key, quarter=latest)


def _numbered_in_words(inventory: Inventory, kind: str, number: int, quarter: Sequence[object]) -> str:
    """A rule that has no name but its place in the file."""
    which = str(number + 1)
    match kind:
        case "limit":
            limit = inventory.limits[number]
            moves, who = MovesText(limit.moves), limit.who.text
            return Phrase("limit {number}: at most {moves} at a time ({who})", number=which, moves=moves, who=who)
        case "milestone":
            rule = inventory.milestones[number]
            return Phrase(
                "milestone {number}: {share}% live by {quarter} ({who})",
                number=which,
                share=figure(float((rule.share or 0) * 100)),
                quarter=_label(inventory, rule.by),
                who=rule.who.text,
            )
        case "target":
            target = inventory.targets[number]
            amount, partners = AmountText(target.savings, inventory.currency), ", ".join(target.partners or ())
            values = {"number": which, "amount": amount, "partners": partners, "year": target.label}
            if partners:
                return Phrase("target {number}: {amount} saved by {partners} in {year}", **values)
            return Phrase("target {number}: {amount} saved in {year}", **values)
        case "budget":
            budget = inventory.budgets[number]
            amount, partners = AmountText(budget.at_most, inventory.currency), ", ".join(budget.partners or ())
            values = {"number": which, "amount": amount, "partners": partners, "year": budget.label}
            if partners:
                return Phrase("budget {number}: revenue of {partners} of at most {amount} in {year}", **values)
            return Phrase("budget {number}: revenue of at most {amount} in {year}", **values)
        case "freeze":
            freeze, (frozen, *_) = inventory.freezes[number], quarter
            assert isinstance(frozen, int)
            why, when = freeze.why or freeze.who.text, _label(inventory, frozen)
            return Phrase("freeze {number} in {quarter} ({why})", number=which, quarter=when, why=why)
        case _:
            return Phrase("{systems} cut over together", systems=", ".join(inventory.together[number]))
