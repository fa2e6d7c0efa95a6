"""An irreducible infeasible subset: rules that cannot be met together, none of which can be left out.

An elastic filter (J. Chinneck) collects rules that give way until they cannot all be enforced; QuickXplain (U. Junker,
2004) reduces them to a minimal conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop
from consolidate.solving.infeasibility.elastic_model import LINKS, ElasticModel, link
from consolidate.solving.infeasibility.explanation import WayOut, in_words
from consolidate.solving.infeasibility.relaxations import Item


def conflicting_rules(
    elastic: ElasticModel, outcome: Outcome, limits: SolveLimits, monitor: ProgressMonitor
) -> tuple[list[Item], bool]:
    """Rules that cannot all be enforced, whatever gives way besides; and whether that set is irreducible."""
    enforced: list[Item] = []
    broken = _given_way(elastic, outcome)
    while True:
        enforced += [item for item in broken if item not in enforced]
        outcome = elastic.solve(limits, monitor, enforced)
        if outcome.ended == "infeasible":
            break
        if outcome.values is None:
            return enforced, False
        broken = [item for item in _given_way(elastic, outcome) if item not in enforced]
        if not broken:
            return enforced, False
    # Rules of quarters that only a longer horizon has come last: a conflict does without them if it can.
    enforced.sort(key=lambda item: _beyond(elastic.inventory, item))
    found = minimal_conflict(enforced, lambda items: elastic.solve(limits, monitor, items).ended != "infeasible")
    # Once the search had to end no answer was a proof, so rules may be left that could be missed.
    return found, not must_stop(limits, monitor)


def _given_way(elastic: ElasticModel, outcome: Outcome) -> list[Item]:
    """The rules that give way in a solution of the elastic model, in a fixed order."""
    values = outcome.values or {}
    return sorted((item for item, slack in elastic.slack.items() if any(values[var] > 1e-6 for var in slack)), key=str)


def _beyond(inventory: Inventory, item: Item) -> bool:
    """Whether a rule speaks of a period after the horizon."""
    match item:
        case ("role" | "freeze", _, int(quarter)):
            return quarter >= inventory.plan_quarters
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


def conflicting_links(elastic: ElasticModel, limits: SolveLimits, monitor: ProgressMonitor) -> WayOut:
    """The links that conflict whatever money, people and time there are.

    Raises:
        OutOfTime: the limits ended the search before they were known.
    """
    stop = partial(must_stop, limits, monitor)
    rows = elastic.model.rows
    groups = list(dict.fromkeys(link(row) for row in rows if row.family in LINKS))
    more = elastic.extended.plan_quarters - elastic.inventory.plan_quarters

    def possible(enforced: Sequence[Item]) -> bool:
        some = ElasticModel(elastic.inventory, more, frozenset(enforced), stop)
        return some.solve(limits, monitor).ended != "infeasible"

    found = minimal_conflict(groups, possible) if possible(()) else []
    if stop():  # and what was not known counted as possible
        raise OutOfTime
    return WayOut(tuple(in_words(elastic.inventory, item) for item in found), True, (), True, None, None)
