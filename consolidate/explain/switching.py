"""Switching values: how far a figure must change, for all options alike, before another option is worth more.

A figure is a kind of cost as a whole (all capital, all judged exposure), changed by a percentage, or the discount
rate. **Held** are the plans, and the rules: pots, budgets and targets are taken to follow the prices, so that every
plan stays one. With the plans held a kind's part of a total is in proportion to it, so an option's worth is linear in
it, and the two ends of a switching value are two pairs of totals: at ``before`` the best option is still worth most, at
``after`` another is worth more. At another discount rate the ledger keeps the books again.

**Whatever is planned anew**, :attr:`SwitchingValue.at_least` holds: no smaller change makes *any* plan of another
option worth more than the plan of the best one. *Proof.* Costs are not below 0, and no plan of the option costs less
than its bound. If a kind is multiplied by m >= 1, each plan costs at least as much as it did, so no less than the
bound; by m < 1, at least m times as much, so no less than m times the bound. From that bound the most that the option
could be worth follows, and is compared with what the best one's plan is worth then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, fsum, inf

from consolidate.accounts.ledger import baseline, ledger
from consolidate.explain.option_plans import OptionBooks
from consolidate.plan import KINDS

DISCOUNT_RATE = "discount_rate"
_STEP = 0.001
"""Changes are given to a tenth of a percent."""
_MOST = 10.0
"""Ten times as much again: a kind that would have to rise by more does not matter."""
_RATE_STEP = 0.0001
"""Discount rates are given to a hundredth of a percentage point."""
_RATES = 100
"""In how many of these steps rates are looked at first: percentage points."""
_HIGHEST_RATE = 2_000
"""The highest rate that is looked at, in steps: 20%."""


@dataclass(frozen=True)
class SwitchingValue:
    """How far one figure must change, upwards or downwards, before another option is worth more than the best.

    Attributes
    ----------
    figure
        A kind of cost (of :class:`consolidate.Costs`), or ``discount_rate``.
    rival
        The option that is worth more then.
    before, after
        The last change at which the best option is still worth most, and the first at which the rival is worth more,
        with the plans held: as a share of the figure (-0.25: a quarter less), or for the discount rate the rate.
    best_before, rival_before, best_after, rival_after
        What the two are worth at these, from their ledgers' totals.
    at_least
        No smaller change makes any plan of another option worth more than the best one's plan, as ``before``; None for
        the discount rate, and where the bound of a rival proves nothing.
    """

    figure: str
    rival: str
    before: float
    after: float
    best_before: float
    rival_before: float
    best_after: float
    rival_after: float
    at_least: float | None


def switching_values(best: OptionBooks, rivals: Sequence[OptionBooks]) -> tuple[SwitchingValue, ...]:
    """The switching values of all kinds of cost, upwards and downwards, then of the discount rate.

    Args:
        best: the option that is worth most.
        rivals: the others that come into question: which break no rule, and compare with it.
    """
    mine, others = _Kinds.of(best), [_Kinds.of(one) for one in rivals]
    kinds = (_of_kind(mine, others, kind, sign) for kind in KINDS for sign in (1, -1))
    rates = (_of_rate(best, rivals, sign) for sign in (1, -1))
    return tuple(found for found in (*kinds, *rates) if found is not None)


@dataclass(frozen=True)
class _Kinds:
    """An option's costs by kind, with its plan and with nothing done; ``bound``: of its plans, None without."""

    name: str
    plan: Mapping[str, float]
    nothing: Mapping[str, float]
    bound: float | None
    fixed: bool
    """It is no plan but doing nothing: there is no other."""

    @classmethod
    def of(cls, one: OptionBooks) -> _Kinds:
        before = one.book if one.plan is None else baseline(one.inventory)
        bounded = one.plan is not None and one.inventory.minimise == "cost"
        bound = one.plan.bound if bounded and one.plan is not None else None
        return cls(one.name, vars(one.book.costs), vars(before.costs), bound, one.plan is None)

    def worth(self, kind: str, change: float) -> float:
        """What the plan saves beside doing nothing, when a kind of cost changes by a share of it."""
        return fsum((self.nothing[one] - self.plan[one]) * (1 + change if one == kind else 1.0) for one in KINDS)

    def could_be_worth(self, kind: str, change: float) -> float:
        """What no plan of the option can be worth more than then; infinite where nothing is proven."""
        if self.fixed:
            return self.worth(kind, change)
        if self.bound is None:
            return inf
        nothing = fsum(self.nothing[one] * (1 + change if one == kind else 1.0) for one in KINDS)
        return nothing - min(self.bound, self.bound * (1 + change))


def _of_kind(mine: _Kinds, others: Sequence[_Kinds], kind: str, sign: int) -> SwitchingValue | None:
    found = []
    for rival in others:
        ahead = mine.worth(kind, 0.0) - rival.worth(kind, 0.0)
        slope = mine.worth(kind, 1.0) - rival.worth(kind, 1.0) - ahead
        if slope * sign < 0 and ahead / abs(slope) <= (_MOST if sign > 0 else 1.0):
            found.append((ahead / abs(slope), rival))
    if not found:
        return None
    size, rival = min(found, key=lambda one: one[0])
    steps = _first(
        round(size / _STEP), lambda n: rival.worth(kind, sign * n * _STEP) > mine.worth(kind, sign * n * _STEP)
    )
    if sign < 0 and steps * _STEP > 1.0:
        return None
    before, after = sign * (steps - 1) * _STEP, sign * steps * _STEP
    return SwitchingValue(
        figure=kind,
        rival=rival.name,
        before=before,
        after=after,
        best_before=mine.worth(kind, before),
        rival_before=rival.worth(kind, before),
        best_after=mine.worth(kind, after),
        rival_after=rival.worth(kind, after),
        at_least=_at_least(mine, others, kind, sign, steps - 1),
    )


def _first(about: int, switched: Callable[[int], bool]) -> int:
    """The first number of steps at which it has switched, close to where the algebra says; at least 1."""
    steps = max(about - 1, 1)
    while not switched(steps):
        steps += 1
    return steps


def _at_least(mine: _Kinds, others: Sequence[_Kinds], kind: str, sign: int, steps: int) -> float | None:
    """The largest change up to so many steps at which no plan of another option could be worth more, by their bounds.

    What a plan could be worth more than ``mine`` is linear in the change, so it is enough to look at the ends; None
    where it could be worth more without any.
    """
    share = 1.0
    for rival in others:
        behind = mine.worth(kind, 0.0) - rival.could_be_worth(kind, 0.0)
        if not behind > 0:
            return None
        end = sign * steps * _STEP
        left = mine.worth(kind, end) - rival.could_be_worth(kind, end)
        if left < 0:
            share = min(share, behind / (behind - left))
    return sign * floor(share * steps) * _STEP


# -- the discount rate ------------------------------------------------------------------------------


def _worth_at(one: OptionBooks, steps: int) -> float:
    """What an option is worth at a discount rate, its books kept again at it."""
    inventory = replace(one.inventory, discount_rate=steps * _RATE_STEP)
    before = baseline(inventory).total
    return 0.0 if one.plan is None else before - ledger(inventory, one.plan).total


def _of_rate(best: OptionBooks, rivals: Sequence[OptionBooks], sign: int) -> SwitchingValue | None:
    """The first rate, looked at in steps of a percentage point and then closer, at which a rival is worth more."""
    last = round(best.inventory.discount_rate / _RATE_STEP)
    for steps in _rates_from(last, sign):
        worth = _worth_at(best, steps)
        ahead = [(_worth_at(rival, steps) - worth, rival) for rival in rivals]
        more, rival = max(ahead, key=lambda one: one[0], default=(0.0, best))
        if more > 0:
            return _between(best, rival, last, steps)
        last = steps
    return None


def _rates_from(now: int, sign: int) -> Iterator[int]:
    first = (floor(now / _RATES) + 1 if sign > 0 else ceil(now / _RATES) - 1) * _RATES
    return iter(range(first, _HIGHEST_RATE + 1, _RATES) if sign > 0 else range(first, -1, -_RATES))


def _between(best: OptionBooks, rival: OptionBooks, kept: int, lost: int) -> SwitchingValue:
    """The switch between a rate at which the best option is worth more than a rival, and one at which it is not."""
    while abs(lost - kept) > 1:
        middle = (kept + lost) // 2
        if _worth_at(rival, middle) > _worth_at(best, middle):
            lost = middle
        else:
            kept = middle
    return SwitchingValue(
        figure=DISCOUNT_RATE,
        rival=rival.name,
        before=kept * _RATE_STEP,
        after=lost * _RATE_STEP,
        best_before=_worth_at(best, kept),
        rival_before=_worth_at(rival, kept),
        best_after=_worth_at(best, lost),
        rival_after=_worth_at(rival, lost),
        at_least=None,
    )
