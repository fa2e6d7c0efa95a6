"""The plans that an explanation has for what a change forces or forbids.

``whatif`` searches longer, and in another way, than an explanation does for each of many choices; either may find the
cheaper plan. So that nobody is told two figures of which the longer search has the higher one, the plans of the
explanation (:mod:`consolidate.explain.explain_choice`) count there, too: those of its choices that do what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from consolidate.explain.choice_search import Asked, ChoiceSearch
from consolidate.explain.explain_choice import EXPLAINED_GAP
from consolidate.explain.explainer import About, Question
from consolidate.explain.finish_levels import FinishLevels, Level
from consolidate.explain.names import Named
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.system_explained import SystemExplainer
from consolidate.forced_choices import building, cutting_over, forbidding, forcing, not_building, taking
from consolidate.inventory import Inventory, Modification
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import INFINITY, ProgressMonitor
from consolidate.variants import change_between

_CHOICES = (building, cutting_over, forbidding, forcing, not_building, taking)


@dataclass(frozen=True)
class Way:
    """A choice that does what a change asks for.

    ``least``: what every plan with it costs at least, in the inventory's currency, discounted. ``plan`` finds one.
    """

    least: float
    plan: Callable[[], Plan | None]


def chosen_between(inventory: Inventory, changed: Inventory) -> Modification | None:
    """The one choice that is forced or forbidden in a changed inventory; None where anything else differs."""
    change = change_between(inventory, changed)
    return change if change is not None and change.function in _CHOICES else None


def explained_ways(
    reading: PlanReading, change: Modification, start: Start | None, monitor: ProgressMonitor
) -> list[Way]:
    """The choices of an explanation that do what a change asks for, what may cost least first.

    That a plan found with one of them keeps the changed rules is still to be looked at: of an option it is not known
    before in which quarter it will be.

    Args:
        reading: the plan that would be explained.
        change: a choice that is forced or forbidden, from :func:`chosen_between`.
        start: the plan with its prices; without, prices are found anew.
        monitor: a request to stop.
    """
    if reading.inventory.minimise == "finish":
        return _by_finish(change, FinishLevels(reading, start, EXPLAINED_GAP, monitor))
    search = ChoiceSearch(reading.inventory, reading.plan, start, EXPLAINED_GAP, monitor)
    ways = [Way(one.least, partial(_plan_of, one)) for one in _asked(change, Level(reading, search)).values()]
    return sorted(ways, key=lambda way: way.least)


def _plan_of(asked: Asked) -> Plan | None:
    return asked.answer()[0]


def _by_finish(change: Modification, levels: FinishLevels) -> list[Way]:
    """The same of a plan of fewest quarters, each found in the first level that has a plan."""

    def plan(about: About) -> Plan | None:
        for later in levels.tried(None if about.what == "ready" else about.quarter):
            if levels.monitor.stop():
                break
            one = _asked(change, levels.at(later)).get(about)
            if one is not None and (found := _plan_of(one)) is not None:
                return found
        return None

    return [Way(-INFINITY, partial(plan, about)) for about in _asked(change, levels.at(levels.top))]


def _asked(change: Modification, level: Level) -> dict[About, Asked]:
    """What an explanation asks in a level that may do what a change asks for."""
    given = dict(change.arguments)
    questions: Mapping[About, Question]
    if "service" in given:
        service = ServiceExplainer(level.reading, level.search, None, Named("service", given["service"]))
        questions = {about: one for some in service.questions for about, one in some.items()}
    else:
        system = SystemExplainer(level.reading, level.search, None, Named("system", given["system"]))
        if level.search.held.present(given["system"]) is None:
            return {}
        if cutovers := _cutovers(change, system):
            questions = system.just_in(*cutovers)
        else:
            questions = {about: one for some in system.questions for about, one in some.items()}
    return {about: one for about, one in questions.items() if isinstance(one, Asked) and _may_do(change, about)}


def _cutovers(change: Modification, system: SystemExplainer) -> tuple[int | None, tuple[int, ...]] | None:
    """The option that is forced (None: any) with the quarters of its cutovers; None where no quarter is forced."""
    given = dict(change.arguments)
    if change.function is cutting_over:
        return None, (given["quarter"],)
    if change.function is forcing and given["starts"]:
        option = next(one for one in system.system.options if one.number == given["option"])
        pairs = zip(given["starts"], option.steps, strict=True)
        return option.number, tuple(start + step.quarters - 1 for start, step in pairs)
    return None


def _may_do(change: Modification, about: About) -> bool:
    """Whether a choice of an explanation may be what is forced, or is not what is forbidden."""
    given = dict(change.arguments)
    if change.function is building:
        return about.what == "built" or (about.what == "ready" and about.quarter == given["ready"])
    if change.function is not_building:
        return about.what == "unbuilt"
    if change.function is forbidding:
        barred = (about.what == "option" and about.number == given["option"]) or (
            about.what == "step" and about.quarter == given["cutover"]
        )
        return not barred
    if change.function is taking:
        return about.what == "option" and about.number in given["options"]
    asked_in_quarters = bool(given.get("starts")) or change.function is cutting_over
    return about.what == "option" and (asked_in_quarters or about.number == given["option"])
