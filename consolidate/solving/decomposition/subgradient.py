r"""The prices of the Lagrangian relaxation, found by subgradient ascent with Adam's step.

The subgradient of the bound :math:`L(u)` is the amount by which the subproblem's solution exceeds each coupling
constraint. Each price takes a step of D. P. Kingma and J. Ba (Adam, 2015) along it. The step's length is a share of
the range in which that family's prices can matter, and that share falls geometrically.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.lagrangian import FAMILIES, Lagrangian
from consolidate.solving.decomposition.passes import MOMENTUM, SPREAD, StepShares, TiePrices

ITERATIONS = 600
FIRST_STEP, LAST_STEP = 0.15, 0.0008
"""Step lengths of the first and the last iteration, as a share of each price's natural range."""


def ascend(
    lagrangian: Lagrangian,
    u: Multipliers,
    iterations: int = ITERATIONS,
    *,
    first: float = FIRST_STEP,
    last: float = LAST_STEP,
    ready: Ints | None = None,
    callback: Callable[[int, Evaluation], bool] | None = None,
) -> tuple[Multipliers, float]:
    """Better prices by subgradient ascent.

    Args:
        lagrangian: the relaxation.
        u: the prices to start from; they are not changed.
        iterations: how many evaluations to spend.
        first, last: step lengths of the first and the last iteration, as shares of the natural range.
        ready: services held as in :meth:`consolidate.solving.decomposition.lagrangian.Lagrangian.evaluate`.
        callback: called after every evaluation with its number and its result; True ends the ascent.

    Returns:
        the prices with the highest bound found, and that bound.
    """
    ranges = natural_ranges(lagrangian)
    u = _copied(u)
    mean, spread = lagrangian.zero(), lagrangian.zero()
    best, best_bound = _copied(u), -INFINITY
    for number in range(1, iterations + 1):
        found = lagrangian.evaluate(u, ready)
        if found.bound > best_bound:
            best, best_bound = _copied(u), found.bound
        if (callback is not None and callback(number, found)) or not np.isfinite(found.bound):
            break
        length = first * (last / first) ** (number / iterations)
        slack = subgradient(lagrangian, u, found)
        shares = StepShares(length, 1 - MOMENTUM**number, 1 - SPREAD**number)
        for family in FAMILIES:
            if u[family].size:
                averages = mean[family], spread[family]
                lagrangian.passes.step(u[family], averages, slack[family], ranges[family], shares)
            if family != "together":
                np.maximum(u[family], 0.0, out=u[family])
    return best, best_bound


def _copied(u: Multipliers) -> Multipliers:
    return {family: values.copy() for family, values in u.items()}


# -- the subgradient ------------------------------------------------------------------------


def subgradient(lagrangian: Lagrangian, u: Multipliers, found: Evaluation) -> Multipliers:
    """By family, by how much the subproblem's solution exceeds each constraint: the subgradient of L at ``u``.

    Args:
        lagrangian: the relaxation.
        u: the prices.
        found: its evaluation at these prices.
    """
    coupling, services, taken = lagrangian.coupling, lagrangian.services, found.taken
    rows, starts = taken.steps()
    days, spent = coupling.days_and_money(rows, starts)
    builds = services.builds.use(taken.ready)
    days += builds.days
    spent += builds.spent
    bought = np.where(coupling.extra_price(u) < 0, coupling.extra, 0.0)
    paid = np.where(coupling.interface_price(u) < 0, 1.0, 0.0)
    live, targets = taken.live, len(u["target"])
    missing = coupling.missing_savings(taken, builds.running)
    revenue = coupling.revenue_of_days(days, bought) + (lagrangian.links.revenue * paid).sum(axis=(1, 2))
    return {
        "staff": days - coupling.days - bought,
        "capital": coupling.spent_by_period(spent) - coupling.funds,
        "limit": coupling.moves_under_way(rows, starts) - coupling.moves,
        "milestone": np.array([need - (live[who] <= by).sum() for who, by, need in coupling.milestones], dtype=float),
        "target": missing[:targets],
        "budget": missing[targets:] + revenue,
        "capacity": coupling.users_in_excess(rows, taken.ready),
        **_ties(lagrangian, found, paid),
        **services.slack(taken),
    }


def _ties(lagrangian: Lagrangian, found: Evaluation, paid: Floats) -> Multipliers:
    """The part of the subgradient that belongs to ``after``, ``together`` and ``interface``.

    Args:
        lagrangian: the relaxation.
        found: its evaluation.
        paid: [interfaces, end], whether each interface is paid for in it.
    """
    taken = found.taken
    prices = lagrangian.zero()
    slack = TiePrices(*(prices[name] for name in TiePrices._fields))
    lagrangian.passes.tie_slack(lagrangian.ties, (taken.start, taken.live, taken.retired), paid, slack)
    return {"after": slack.after, "together": slack.together, "interface": slack.interface}


# -- how large prices can be ------------------------------------------------------------------


def natural_ranges(lagrangian: Lagrangian) -> Multipliers:
    """By family, the natural range of its prices: what one unit of a constraint can be worth.

    It is what a move saves on average, divided by what a move uses of the constraint on average.
    """
    coupling, links = lagrangian.coupling, lagrangian.links
    price, wait = _typical_gain(lagrangian)
    scale = lagrangian.zero()
    scale["staff"] += _staff_range(lagrangian, price)[:, None]
    money = coupling.amount.sum(axis=0)
    scale["capital"] += price / max(float(money[money > 0].mean()) if (money > 0).any() else 1.0, 1e-9) / 4
    scale["limit"] += price
    scale["milestone"] += price
    possible, targets = np.isfinite(lagrangian.cost), len(scale["target"])
    for number, (each, _) in enumerate(lagrangian.columns.saved):
        saved = each[possible]
        largest = float(np.abs(saved).mean()) if len(saved) else 0.0
        wanted = float(coupling.savings[number])
        family, place = ("target", number) if number < targets else ("budget", number - targets)
        scale[family][place] = price / (largest or max(wanted, 1.0))
    users = coupling.users[coupling.users > 0]
    scale["capacity"] += price / (float(users.mean()) if len(users) else 1.0) * (coupling.holds > 0)
    step = (wait if lagrangian.costly else 1.0) or price
    for family in ("after", "ready", "build", "gate"):
        scale[family] += step
    scale["together"] += step
    scale["interface"] += links.price * 0.5 if lagrangian.costly else 0.0
    return scale


def _staff_range(lagrangian: Lagrangian, price: float) -> Floats:
    """[roles]: what a day of each role can be worth when a move is worth ``price``."""
    coupling = lagrangian.coupling
    roles = len(coupling.days)
    average = np.maximum(coupling.effort.mean(axis=0) if len(coupling.effort) else np.zeros(roles), 1e-9)
    share = np.where(average > 1e-6, price / average, 0.0)
    for _, role, figures in coupling.uneven:
        share[role] = max(share[role], price / max(max(figures), 1.0))
    return np.minimum(share, 50 * price)


def _typical_gain(lagrangian: Lagrangian) -> tuple[float, float]:
    """What a system's best move saves, and what waiting a quarter costs, on average; 1 for the former without costs."""
    columns, cost, stay_cost = lagrangian.columns, lagrangian.cost, lagrangian.stay_cost
    finite = np.isfinite(cost)
    low = np.where(finite, cost, INFINITY).min(axis=1) if len(cost) else np.zeros(0)
    best = np.full(len(columns.systems), INFINITY)
    singles = columns.singles
    np.minimum.at(best, columns.row_system[singles], low[singles])
    with np.errstate(invalid="ignore"):
        gain = np.where(np.isfinite(best) & np.isfinite(stay_cost), stay_cost - best, 0.0)
        steps = np.abs(np.diff(cost[singles], axis=1)) if lagrangian.end > 1 else np.zeros((0, 0))
    usable = finite[singles][:, 1:] & finite[singles][:, :-1] if lagrangian.end > 1 else np.zeros((0, 0), bool)
    wait = float(steps[usable].mean()) if usable.any() else 0.0
    level = np.where(gain > 0, gain, 0.0)
    price = float(level.mean()) if len(level) else 1.0
    price = price or float(np.abs(gain).mean()) or 1.0
    return (price if lagrangian.costly else 1.0), wait
