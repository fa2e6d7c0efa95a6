"""Many plans: of variants of an inventory, of all its scenarios, or of any inventories."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from consolidate.errors import InvalidInventory, Message, NoPlan, OutOfTime, Remedy, UserError
from consolidate.inventory import Inventory, Modification, require_inventory
from consolidate.loading import load, scenario_names
from consolidate.parallel.jobs import Allowance
from consolidate.parallel.mapping import Round, done_by, in_order
from consolidate.planning import Disagreement, PlanResult, make_plan
from consolidate.preferring import cheaper_result, fewer_unsupported
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import DEFAULT_GAP, DEFAULT_SOLVER, DEFAULT_THREADS, ProgressMonitor
from consolidate.starts import start_from
from consolidate.variants import apply_again


@dataclass(frozen=True)
class PlanOptions:
    """How each of many plans is to be made.

    Attributes
    ----------
    gap, threads, solver, certify, start, ways_out
        As :func:`consolidate.make_plan` takes them; a start is sent to each worker once.
    look_for_support
        Of many plans, whether each is what ``consolidate plan`` would write: where a short search finds another within
        the gap that leaves fewer systems unsupported and is no dearer, that one
        (:func:`consolidate.fewer_unsupported`).
    """

    gap: float = DEFAULT_GAP
    threads: int = DEFAULT_THREADS
    solver: str = DEFAULT_SOLVER
    certify: bool = True
    start: Start | None = None
    ways_out: bool = True
    look_for_support: bool = False

    @property
    def of_each(self) -> dict[str, Any]:
        """What :func:`consolidate.make_plan` takes of them, by name."""
        return {name: value for name, value in vars(self).items() if name != "look_for_support"}


@dataclass(frozen=True, repr=False)
class PlanAttempt:
    """What came of planning one of many inventories: a plan, or the error that says why there is none.

    Attributes
    ----------
    number
        Which of the inventories it was, from 0.
    scenario
        The name of its scenario; None where it is of none.
    inventory
        The inventory; None for a scenario that has errors.
    outcome
        The plan; or what :func:`consolidate.make_plan`, or for a scenario :func:`consolidate.load`, raised.
    """

    number: int
    scenario: str | None
    inventory: Inventory | None
    outcome: PlanResult | UserError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number}: {self.outcome!r}>"

    @property
    def result(self) -> PlanResult:
        """The plan.

        Raises
        ------
        UserError
            There is none.
        """
        if isinstance(self.outcome, UserError):
            raise self.outcome
        return self.outcome

    @property
    def error(self) -> UserError | None:
        """Why there is no plan; None where there is one."""
        return self.outcome if isinstance(self.outcome, UserError) else None


def plan_many(
    inventories: Sequence[Inventory],
    options: PlanOptions | None = None,
    *,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
    as_they_come: bool = False,
) -> Generator[PlanAttempt, None, None]:
    """The best plan of each of many inventories, each as :func:`consolidate.make_plan` finds it.

    Plans do not depend on how many workers there are, nor on which of them did what. What variants have in common,
    the inventory of the files they were made from, is sent to each worker once. Whoever takes no more plans (and
    closes the iterator) ends those under way.

    Parameters
    ----------
    inventories
        Valid inventories, from :func:`consolidate.load` or variants of them.
    options
        How each plan is to be made; default :class:`PlanOptions`.
    time_limit
        Seconds for all of them together; only a stop, which makes plans differ from run to run.
    monitor
        Progress callback and stop request: when stopped, those under way end with the best plan so far, and no more
        are begun. ``on_plan`` is told of each that begins and ends.
    executor
        Who makes them: what :func:`consolidate.planning_workers` gives, or any other executor. Default: this process,
        one after the other.
    as_they_come
        Give each as soon as it is there. Default: in the order of ``inventories``.

    Returns
    -------
    Generator of PlanAttempt
        One for each inventory: the plan, or the user's error, as itself. Those for which there was no time have
        :class:`consolidate.OutOfTime`.

    Raises
    ------
    InvalidArgument
        An inventory is none; a gap, a number of threads or a time limit that cannot be used.
    UserError
        There is no solver of that name; or workers were lost again and again.
    Disagreement
        The ledger rejects a plan: a fault of this package.
    """
    for inventory in inventories:
        require_inventory(inventory)
    return _plan_all(
        tuple(inventories), options or PlanOptions(), _round(time_limit, monitor, executor, inventories), as_they_come
    )


def _round(
    time_limit: float | None,
    monitor: ProgressMonitor | None,
    executor: Executor | None,
    inventories: Sequence[Inventory],
) -> Round:
    monitor = monitor or ProgressMonitor()
    return Round(
        executor=executor,
        monitor=monitor,
        deadline=None if time_limit is None else time.monotonic() + time_limit,
        on_start=lambda number, done: monitor.on_plan(done, len(inventories), inventories[number].scenario or ""),
    )


@dataclass(frozen=True)
class _Common:
    """What a worker is sent once: inventories of files, from which others are made, and the options."""

    files: tuple[Inventory, ...]
    options: PlanOptions


@dataclass(frozen=True)
class _Job:
    """An inventory to plan: itself, or the changes to one of the common ones; then its hash tells whether it is so."""

    inventory: Inventory | int
    changes: tuple[Modification, ...]
    content_hash: str

    def restored(self, common: _Common) -> Inventory:
        """The inventory."""
        if isinstance(self.inventory, Inventory):
            return self.inventory
        found = common.files[self.inventory]
        for change in self.changes:
            found = apply_again(change, found)
        if found.content_hash != self.content_hash:
            raise Disagreement("a variant came out as another inventory where it was to be planned")
        return found


def _jobs(inventories: Sequence[Inventory]) -> tuple[tuple[Inventory, ...], list[_Job]]:
    """Inventories as they are sent: variants by their changes, where two or more are of the same files."""
    sources = [inventory.origin.files if inventory.origin else inventory for inventory in inventories]
    count: dict[int, int] = {}
    for source in sources:
        count[id(source)] = count.get(id(source), 0) + 1
    places: dict[int, int] = {}
    common: list[Inventory] = []
    jobs = []
    for inventory, source in zip(inventories, sources, strict=True):
        if count[id(source)] == 1:
            jobs.append(_Job(inventory, (), inventory.content_hash))
            continue
        if id(source) not in places:
            places[id(source)] = len(common)
            common.append(source)
        changes = inventory.origin.changes if inventory.origin else ()
        jobs.append(_Job(places[id(source)], changes, inventory.content_hash))
    return tuple(common), jobs


def planned(common: _Common, job: _Job, allowed: Allowance) -> PlanResult | UserError:
    """Plans one of many inventories, in whatever process: the plan, or the user's error."""
    options, inventory = common.options, job.restored(common)
    try:
        result = make_plan(inventory, **options.of_each, time_limit=allowed.seconds, monitor=allowed.monitor)
    except (NoPlan, OutOfTime) as error:
        return error
    if not options.look_for_support or result.ended in ("time", "stopped"):
        return result
    basis = start_from(inventory, result)
    found = fewer_unsupported(
        inventory, result, options.gap, start=basis, time_limit=allowed.seconds, monitor=allowed.monitor
    )
    return result if found is None else cheaper_result(inventory, result, found, options.gap)


def _plan_all(
    inventories: tuple[Inventory, ...], options: PlanOptions, how: Round, as_they_come: bool
) -> Generator[PlanAttempt, None, None]:
    files, jobs = _jobs(inventories)
    missing = dict.fromkeys(range(len(inventories)))

    def heard() -> Generator[tuple[int, PlanResult | UserError], None, None]:
        with closing(done_by(planned, _Common(files, options), jobs, how)) as results:
            for number, outcome in results:
                del missing[number]
                how.monitor.on_plan(len(inventories) - len(missing), len(inventories), "")
                yield number, outcome
        for number in missing:
            yield number, OutOfTime(Message("the search ended before this plan was begun; ", Remedy.MORE_TIME))

    with closing(heard()) as results:
        for number, outcome in results if as_they_come else in_order(results):
            inventory = inventories[number]
            yield PlanAttempt(number, inventory.scenario, inventory, outcome)


def plan_scenarios(
    folder: str | Path,
    options: PlanOptions | None = None,
    *,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
    as_they_come: bool = False,
) -> Generator[PlanAttempt, None, None]:
    """The best plan of an inventory, and of each of its scenarios.

    Parameters
    ----------
    folder
        The folder that holds programme.yaml.
    options, time_limit, monitor, executor, as_they_come
        As :func:`plan_many` takes them; the time limit covers reading them, too.

    Returns
    -------
    Generator of PlanAttempt
        That of the inventory itself, then one for each scenario, by name: the plan, or the user's error, as itself:
        a scenario that has errors, or that has no plan, does not stop the others.

    Raises
    ------
    InvalidInventory
        There are errors in the inventory itself.
    UserError, InvalidArgument, Disagreement
        As :func:`consolidate.load` and :func:`plan_many` raise them.
    """
    began = time.monotonic()
    inventories, invalid = [load(folder)], []
    places = [0]
    for place, name in enumerate(scenario_names(folder), 1):
        try:
            inventories.append(load(folder, name))
            places.append(place)
        except InvalidInventory as error:
            invalid.append(PlanAttempt(place, name, None, error))
    if time_limit is not None:
        time_limit = max(time_limit - (time.monotonic() - began), 0.0)
    attempts = plan_many(
        inventories, options, time_limit=time_limit, monitor=monitor, executor=executor, as_they_come=as_they_come
    )
    return _with_invalid(invalid, places, attempts, as_they_come)


def _with_invalid(
    invalid: Sequence[PlanAttempt],
    places: Sequence[int],
    attempts: Generator[PlanAttempt, None, None],
    as_they_come: bool,
) -> Generator[PlanAttempt, None, None]:
    """Attempts at scenarios, with those that have errors; ``places`` has each attempt's number among all of them."""
    with closing(attempts):
        found = chain(invalid, (replace(attempt, number=places[attempt.number]) for attempt in attempts))
        if as_they_come:
            yield from found
        else:
            yield from (attempt for _, attempt in in_order((attempt.number, attempt) for attempt in found))
