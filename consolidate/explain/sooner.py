"""By how many quarters the last cutover would be sooner with more of something, where quarters are minimised.

More of anything keeps every plan. So with more of several things *together* the best plan ends as soon as with more of
any one of them, or sooner: what no plan with all of them can do, none with one of them can. Most of what is scarce does
not hold up the last cutover, and one plan proves that of many things at once (R. Dorfman's group tests, 1943): all are
planned together first; then, as long as a plan with a group may end sooner, both halves of it, down to more of one
thing alone. Where that is proven to end sooner, the smaller amounts that were asked for are planned, too.

By how many quarters it is sooner is a difference of two ledgers' last cutovers. It is proven to be no more than the
quarters between the plan at hand and the bound with more of the thing; and no less than those between the new plan and
the best bound without. What is proven with more holds without it, too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from math import ceil

from consolidate.accounts.ledger import Ledger
from consolidate.explain.preconditions import ledger_if_sound, sound_ledger
from consolidate.explain.scarcity import More, Scarce, loosened, with_more
from consolidate.inventory import Inventory
from consolidate.parallel.mapping import Round
from consolidate.parallel.plans import PlanOptions, plan_many
from consolidate.plan import Plan
from consolidate.planning import PlanResult

_PENNY = 0.01
"""Amounts that differ by less are the same; so are bounds, in quarters."""


@dataclass(frozen=True)
class Sooner:
    """By how many quarters the last cutover would be sooner with so much more of something.

    Attributes
    ----------
    quarters
        By how many the best plan found with it ends sooner.
    low, high
        Between what that is proven to lie, were all plans the best.
    searched
        Whether a plan was made with it: ``alone``; ``together`` with more of other things; or ``no``.
    cost
        What the plan that ends sooner costs more than the plan compared with, discounted, by two ledgers; below 0:
        less. None where none was found.
    """

    quarters: int
    low: int
    high: int
    searched: str
    cost: float | None


@dataclass
class SoonerSearch:
    """Plans of fewest quarters with more of what is scarce, and what they prove.

    ``every``: all of which more is asked for. ``most``: how many plans each round may have; None: all that may tell.
    ``gap``: how close each plan is to be proven. ``how``: who makes them, until when.
    """

    inventory: Inventory
    plan: Plan
    every: tuple[Scarce, ...]
    most: int | None
    gap: float
    how: Round
    made: list[tuple[More, Plan]] = field(default_factory=list)
    proofs: list[tuple[More, int]] = field(default_factory=list)
    """The fewest quarters that a plan can have, each with how much more of what that is of."""
    books: dict[tuple[Scarce, float], Ledger] = field(default_factory=dict)
    """Of the best plan that was found with so much more of something."""

    def __post_init__(self) -> None:
        self.best, self.book = self.plan, sound_ledger(self.inventory, self.plan)
        self.given = self.book

    @property
    def least(self) -> int:
        """The quarters that every plan without anything more has at least."""
        return min(max([_whole(self.plan.bound), *(bound for _, bound in self.proofs)]), self.book.finish)

    def run(self) -> None:
        """Plans with more of all together, then of what may tell, down to each alone; then with less of that."""
        groups = [self.every] if self.every else []
        while groups:
            self.plan_with([{scarce: scarce.amounts[-1] for scarce in group} for group in groups])
            halves = [half for group in groups if self._may_tell(group) for half in _halves(group)]
            groups = sorted(halves, key=self._most_of)[: self.most]
        alone = [more for more, _ in self.made if len(more) == 1]
        smaller = [
            {scarce: less}
            for scarce, amount in (next(iter(more.items())) for more in alone)
            if self.sooner(scarce, amount).low
            for less in scarce.amounts[:-1]
        ]
        self.plan_with(smaller[: self.most])

    def ask_further(self, amounts: Iterable[tuple[Scarce, float]]) -> None:
        """Plans with amounts of which nobody asked at first, where it is open whether they end sooner."""
        known = ((scarce, amount, self.sooner(scarce, amount)) for scarce, amount in amounts)
        wanted: list[More] = [{scarce: amount} for scarce, amount, sooner in known if sooner.low < sooner.high]
        self.plan_with(wanted[: self.most])

    def _most_of(self, group: Sequence[Scarce]) -> int:
        """The quarters that a plan with more of a group has at least: the fewer, the sooner it is planned."""
        return self._proven({scarce: scarce.amounts[-1] for scarce in group})

    def _may_tell(self, group: Sequence[Scarce]) -> bool:
        """Whether there is anything to tell of a part of a group: that it ends sooner than any plan without can."""
        return len(group) > 1 and self._most_of(group) < self.least

    def _proven(self, more: More) -> int:
        """The quarters that every plan with so much more has at least, by what is proven with as much, or with more."""
        covering = (
            bound
            for proof, bound in self.proofs
            if all(proof.get(scarce, 0.0) >= amount - _PENNY for scarce, amount in more.items())
        )
        return max(covering, default=0)

    def plan_with(self, wanted: Sequence[More]) -> None:
        """Plans with each; what there is no time for stays as it is."""
        options = PlanOptions(gap=self.gap, certify=False, ways_out=False)
        found = []
        for more, result in results_with_more(self.inventory, wanted, options, self.how):
            found.append((more, result.plan))
            self.proofs.append((more, _whole(result.bound)))
        self.made += found
        self._compare(plan for _, plan in found)
        for more, plan in found:
            book = ledger_if_sound(with_more(self.inventory, more), plan)
            if book is None or book.finish >= self.book.finish:
                continue  # it tells nothing of any of them
            for scarce, most in more.items():
                smaller = (amount for amount in scarce.amounts if amount < most - _PENNY)
                self._note(scarce, (*smaller, most), plan)

    def _compare(self, plans: Iterable[Plan]) -> None:
        """Compares with the plan that ends soonest, then costs least, of those that keep the rules as they are."""
        for plan in plans:
            book = ledger_if_sound(self.inventory, plan)
            if book is not None and _rank(book) < _rank(self.book):
                self.best, self.book = plan, book

    def _note(self, scarce: Scarce, amounts: Iterable[float], plan: Plan) -> None:
        """Keeps the best of the plans that keep the rules with so much more of one thing."""
        for amount in amounts:
            book = ledger_if_sound(loosened(self.inventory, scarce, amount), plan)
            known = self.books.get((scarce, amount))
            if book is not None and (known is None or _rank(book) < _rank(known)):
                self.books[scarce, amount] = book

    def sooner(self, scarce: Scarce, amount: float) -> Sooner:
        """What is known of an amount: a plan with less of it is one with as much, too."""
        found = min(self._books_within(scarce, amount), key=_rank, default=self.book)
        quarters = max(self.book.finish - found.finish, 0)
        low = min(max(self.least - found.finish, 0), quarters)
        high = max(self.book.finish - self._proven({scarce: amount}), quarters)
        covering = [more for more, _ in self.proofs if more.get(scarce, 0.0) >= amount - _PENNY]
        alone = any(len(more) == 1 for more in covering)
        searched = "alone" if alone else "together" if covering else "no"
        return Sooner(quarters, low, high, searched, found.total - self.book.total if quarters else None)

    def _books_within(self, scarce: Scarce, amount: float) -> Iterator[Ledger]:
        return (book for (thing, most), book in self.books.items() if thing == scarce and most <= amount + _PENNY)


def results_with_more(
    inventory: Inventory, wanted: Sequence[More], options: PlanOptions, how: Round
) -> list[tuple[More, PlanResult]]:
    """A plan of an inventory with each of these amounts more, where there was time for it and it was found."""
    if not wanted or how.is_over():
        return []
    left = None if how.deadline is None else max(how.deadline - time.monotonic(), 0.0)
    attempts = plan_many(
        [with_more(inventory, more) for more in wanted],
        options,
        time_limit=left,
        monitor=how.monitor,
        executor=how.executor,
    )
    with closing(attempts):
        return [(more, one.result) for more, one in zip(wanted, attempts, strict=True) if one.error is None]


def _whole(bound: float) -> int:
    """The whole quarters that a bound means."""
    return ceil(bound - _PENNY)


def _rank(book: Ledger) -> tuple[int, float]:
    return book.finish, round(book.total, 2)


def _halves(group: Sequence[Scarce]) -> tuple[tuple[Scarce, ...], tuple[Scarce, ...]]:
    """Neighbours stay together: the periods of a pot, the years of a role."""
    middle = len(group) // 2
    return tuple(group[:middle]), tuple(group[middle:])
