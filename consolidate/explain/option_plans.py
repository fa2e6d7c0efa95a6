"""The options of an appraisal with their plans: read where they lie and are of the files as they are, else made."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan, OutOfTime, RejectedPlan, UserError, message_of
from consolidate.explain.answer_words import sayable
from consolidate.explain.do_minimum import do_minimum
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.loading.plan_files import load_plan
from consolidate.loading.sources import scenario_names
from consolidate.parallel.plans import PlanAttempt, PlanOptions, plan_many
from consolidate.phrases import Phrase
from consolidate.plan import Plan
from consolidate.planning import accepted_plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.starts import read_start, start_from
from consolidate.vocabulary import listed
from consolidate.yaml_files.messages import nearest, show

OptionKind = Literal["nothing", "minimum", "plan"]
BASE = "base"
"""What the inventory itself is called among the options, where no scenario has that name."""
DO_NOTHING, DO_MINIMUM = Phrase("do nothing"), Phrase("do minimum")


@dataclass(frozen=True)
class OptionBooks:
    """An option with its books.

    ``plan`` is None for doing nothing; ``source``: the file that the plan was read from, empty where it was made.
    """

    name: str
    kind: OptionKind
    inventory: Inventory
    plan: Plan | None
    book: Ledger
    source: str = ""


@dataclass(frozen=True)
class ComparedOptions:
    """Doing nothing, doing the minimum (where there is such a plan) and the options, in that order.

    ``no_minimum``: why no plan does only the minimum, the first line alone and then what conflicts; else empty.
    ``left_out``: scenarios that were not asked for by name and have no plan, each with the reason.
    """

    options: tuple[OptionBooks, ...]
    no_minimum: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Wanted:
    """An option as it was named; ``plan`` is None where it is still to be made."""

    name: str
    inventory: Inventory
    plan: Plan | None
    source: str


@dataclass(frozen=True)
class _Making:
    """How plans are made that are not there."""

    options: PlanOptions
    deadline: float | None
    monitor: ProgressMonitor | None
    executor: Executor | None

    def planned(self, inventories: Sequence[Inventory], options: PlanOptions) -> list[PlanAttempt]:
        """What comes of planning each of them, in what is left of the time."""
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)
        if not inventories:
            return []
        return list(plan_many(inventories, options, time_limit=left, monitor=self.monitor, executor=self.executor))


def compared_options(
    folder: Path,
    names: Sequence[str],
    plans: Path | None,
    options: PlanOptions,
    *,
    time_limit: float | None,
    monitor: ProgressMonitor | None,
    executor: Executor | None,
) -> ComparedOptions:
    """The options by name, and beside them doing nothing and doing the minimum; see :func:`compare_options`."""
    deadline = None if time_limit is None else time.monotonic() + time_limit
    base = load(folder)
    wanted = [_wanted(folder, base, name, plans) for name in names_of_options(folder, names)]
    _refuse_unlike(base, wanted)
    least = do_minimum(base)
    making = _Making(options, deadline, monitor, executor)
    made, last = _made(wanted, least, making, _start(base, plans))
    nothing = OptionBooks(DO_NOTHING, "nothing", base, None, baseline(base))
    found, left_out = [], []
    for one in wanted:
        plan = made[one.name]
        if isinstance(plan, Plan):
            found.append(_booked(one.name, "plan", one.inventory, plan, one.source))
        elif names:
            raise _of_option(one.name, plan)
        else:
            left_out.append(Phrase("{option}: {why}", option=one.name, why=sayable(str(plan))))
    if not found:
        first = wanted[0].name
        raise UserError(message_of(made[first]).within(f"no option has a plan: {first}: "))
    if last.error is not None:
        if isinstance(last.error, OutOfTime):
            raise _of_option(DO_MINIMUM, last.error)
        lines = last.error.lines if isinstance(last.error, NoPlan) else ()
        return ComparedOptions((nothing, *found), tuple(map(sayable, (str(last.error), *lines))), tuple(left_out))
    minimum = _booked(DO_MINIMUM, "minimum", least, last.result.plan, "")
    return ComparedOptions((nothing, minimum, *found), (), tuple(left_out))


def _of_option(name: str, error: UserError) -> UserError:
    """Why there is no plan, with the option's name before it."""
    said = message_of(error).within(f"{name}: ")
    return NoPlan(said, error.lines) if isinstance(error, NoPlan) else OutOfTime(said)


def _refuse_unlike(base: Inventory, wanted: Sequence[_Wanted]) -> None:
    """Costs of other quarters, in another currency or discounted at another rate do not compare.

    Raises:
        UserError: names the option, and what differs.
    """
    for one in wanted:
        for what, mine, other in (
            ("begins with another quarter", base.calendar, one.inventory.calendar),
            ("is appraised over another time", base.appraisal_quarters, one.inventory.appraisal_quarters),
            ("is in another currency", base.currency, one.inventory.currency),
            ("is at another price base", base.price_base, one.inventory.price_base),
            ("has another discount rate", base.discount_rate, one.inventory.discount_rate),
        ):
            if mine != other:
                raise UserError(f"{one.name} {what} than the inventory itself, so that their costs do not compare")


def names_of_options(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    """The options that are compared: those named, or the inventory itself and all its scenarios."""
    return tuple(dict.fromkeys(names or (BASE, *scenario_names(folder))))


def _wanted(folder: Path, base: Inventory, name: str, plans: Path | None) -> _Wanted:
    known = scenario_names(folder)
    if name in known or name == BASE:
        inventory = load(folder, name) if name in known else base
        path = None if plans is None else plans / (name if name in known else "") / "plan.json"
        plan = None if path is None else accepted_plan(inventory, path)
        return _Wanted(name, inventory, plan, "" if plan is None else str(path))
    path = Path(name)
    if path.suffix != ".json" and not path.exists():
        guess = nearest(name, [BASE, *known])
        raise UserError(
            f"{show(name)} is neither a scenario of {folder} nor a plan.json; "
            + (f"did you mean {guess}?" if guess else f"its scenarios are {listed(known)}")
        )
    if path.is_dir():
        path = path / "plan.json"
    inventory, plan = load_plan(folder, path)
    verdict = verify_plan(inventory, plan)
    if not verdict.ok:
        raise RejectedPlan(message_of(verdict.faults[0]).within(f"{path}: "), verdict.faults)
    return _Wanted(name, inventory, plan, str(path))


def _start(base: Inventory, plans: Path | None) -> Start | None:
    """What searches begin with: the plan that lies there of the inventory itself, though it may have changed since."""
    path = None if plans is None else plans / "plan.json"
    if path is None or not path.exists():
        return None
    try:
        return read_start(base, path)
    except UserError:
        return None


def _made(
    wanted: Sequence[_Wanted], least: Inventory, how: _Making, start: Start | None
) -> tuple[Mapping[str, Plan | UserError], PlanAttempt]:
    """By option its plan, or why there is none; and what came of looking for one that does the minimum.

    Where there is nothing to begin with, the first is planned alone, and the others begin with its plan.
    """
    missing = [one for one in wanted if one.plan is None]
    inventories = [*(one.inventory for one in missing), least]
    attempts: list[PlanAttempt] = []
    if start is None and how.options.start is None:
        attempts = how.planned(inventories[:1], replace(how.options, certify=True))
        if attempts[0].error is None:
            start = start_from(inventories[0], attempts[0].result)
    if start is not None:
        how = replace(how, options=replace(how.options, start=start))
    *found, minimum = [*attempts, *how.planned(inventories[len(attempts) :], how.options)]
    made: dict[str, Plan | UserError] = {one.name: one.plan for one in wanted if one.plan is not None}
    for one, attempt in zip(missing, found, strict=True):
        made[one.name] = attempt.error or attempt.result.plan
    return made, minimum


def _booked(name: str, kind: OptionKind, inventory: Inventory, plan: Plan, source: str) -> OptionBooks:
    return OptionBooks(name, kind, inventory, plan, ledger(inventory, plan), source)
