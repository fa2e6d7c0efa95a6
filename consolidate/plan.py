"""A plan as plain data, and plan.json.

Quarters are numbers counted from the start of the inventory's horizon; in the file they are labels. Everything
else that is reported of a plan is computed from it by :mod:`consolidate.accounts`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from consolidate.errors import InvalidArgument, Message, RejectedPlan, Remedy
from consolidate.quarters import Calendar
from consolidate.vocabulary import html_table

FORMAT = 1


@dataclass(frozen=True, order=True)
class Move:
    """One step of work on a system.

    Attributes:
        start: the first quarter of work.
        step: 1, or 2 for the second step of the option.
        option: the option's number, from 1.
        to: the service it moves into, if any.
        cutover: the last quarter of work.
        last: the last quarter in which the old system runs.
    """

    start: int
    system: str
    step: int
    option: int
    approach: str
    to: str | None
    cutover: int
    last: int


@dataclass(frozen=True, order=True)
class Stay:
    """A system that is retained."""

    system: str
    approach: str = "retain"


@dataclass(frozen=True, order=True)
class ServiceBuild:
    """A service that is built: work starts in ``start``, usable from ``ready``."""

    start: int
    service: str
    ready: int


@dataclass(frozen=True, order=True)
class Agency:
    """Person-days bought in for a role in a quarter."""

    role: str
    quarter: int
    days: float


@dataclass(frozen=True)
class Costs:
    """Costs by kind, in currency, discounted, over the appraisal; ``exposure`` and ``stability`` are not cash.

    ``staff`` is the worth of one's own people's days.
    """

    run: float = 0.0
    contract: float = 0.0
    support: float = 0.0
    exposure: float = 0.0
    one_off: float = 0.0
    capital: float = 0.0
    agency: float = 0.0
    staff: float = 0.0
    interface: float = 0.0
    stability: float = 0.0

    @property
    def total(self) -> float:
        """The sum of all kinds."""
        return math.fsum(getattr(self, kind.name) for kind in fields(self))

    def as_json(self) -> dict[str, float]:
        """Each kind rounded to 1e-6, and their total."""
        kinds = {kind.name: _round(getattr(self, kind.name)) for kind in fields(self)}
        return {**kinds, "total": _round(math.fsum(kinds.values()))}


KINDS = tuple(kind.name for kind in fields(Costs))


@dataclass(frozen=True)
class Plan:
    """Decisions, then what is claimed of them.

    Attributes:
        status: ``optimal``, ``within_gap`` or ``feasible``, as it was proven.
        objective, bound, gap: of what the inventory minimises: cost, or quarters.
        savings_gap: the same gap as a share of what there is to save; None where that is nothing.
        costs: by kind, as claimed.
        inventory: the hash of the inventory that it was made from.
        approved: the hash of the approved plan that it follows.
        progress: the hash of the reports of progress that it takes into account.
        start: the hash of what the search for it began with, where that was an earlier plan: the same plan is found
            again from the same start.
        prefer: what was preferred beside a low cost, where anything was; the plan is then not the cheapest.
        within: by how much it may cost more than the best plan for that, as a share; None where nothing was preferred.
    """

    moves: tuple[Move, ...]
    stays: tuple[Stay, ...]
    builds: tuple[ServiceBuild, ...]
    agency: tuple[Agency, ...]
    status: str = "feasible"
    objective: float = 0.0
    bound: float = 0.0
    gap: float = 0.0
    savings_gap: float | None = None
    costs: Mapping[str, float] | None = None
    programme: str = ""
    scenario: str | None = None
    inventory: str = ""
    approved: str | None = None
    progress: str | None = None
    start: str | None = None
    prefer: str | None = None
    within: float | None = None

    def __repr__(self) -> str:
        """What it is a plan of, and how good it is; the decisions would fill pages."""
        scenario = f", scenario {self.scenario}" if self.scenario else ""
        size = f"{len(self.moves):,} moves, {len(self.stays):,} stays, {len(self.builds):,} builds"
        return f"<Plan of {self.programme or 'no name'}{scenario}: {size}; {self.status}, {self.objective:,.2f}>"

    def _repr_html_(self) -> str:
        """The same as a small table, for notebooks."""
        rows = [
            ("programme", self.programme or "no name"),
            *([("scenario", self.scenario)] if self.scenario else []),
            ("moves, stays, builds", f"{len(self.moves):,}, {len(self.stays):,}, {len(self.builds):,}"),
            ("status", self.status),
            ("objective", f"{self.objective:,.2f}"),
            ("proven bound", f"{self.bound:,.2f}"),
            ("gap", f"{self.gap:.3%}"),
        ]
        return html_table("Plan", rows)


def _round(amount: float) -> float:
    return round(amount, 6) + 0.0


def move_order(move: Move) -> tuple[int, str, int, int, str, str, int, int]:
    """The sort key of moves: by start, then system; it tells apart even moves that differ only in their service."""
    return (move.start, move.system, move.step, move.option, move.approach, move.to or "", move.cutover, move.last)


def require_plan(given: object, argument: str = "plan") -> None:
    """Refuses what is not a plan, such as the result that holds one, before anything is asked of it.

    Raises:
        InvalidArgument: it is not; ``argument`` is what it was given as.
    """
    if not isinstance(given, Plan):
        kind = f"of the type {type(given).__name__}, not a plan"
        raise InvalidArgument(argument, repr(given)[:80], f"{kind}; give a result's plan, or what load_plan returns")


def to_json(plan: Plan, calendar: Calendar) -> str:
    """The text of plan.json.

    Parameters
    ----------
    plan
        A plan.
    calendar
        That of its inventory (``inventory.calendar``), for the labels of quarters.

    Returns
    -------
    str
        JSON with whole ids, labels of quarters, and amounts rounded to 1e-6; it ends in a newline.

    Raises
    ------
    InvalidArgument
        ``plan`` is not a plan.
    """
    require_plan(plan)
    return json.dumps(_as_json(plan, calendar.label), indent=1, ensure_ascii=False) + "\n"


def _as_json(plan: Plan, label: Callable[[int], str]) -> dict[str, Any]:
    """What plan.json holds, in its order."""
    return {
        "format": FORMAT,
        "programme": plan.programme,
        "scenario": plan.scenario,
        "inventory": plan.inventory,
        "approved": plan.approved,
        "progress": plan.progress,
        **({} if plan.start is None else {"start": plan.start}),
        **({} if plan.prefer is None else {"prefer": plan.prefer, "within": plan.within}),
        "status": plan.status,
        "objective": _round(plan.objective),
        "bound": _round(plan.bound),
        "gap": plan.gap,
        "savings_gap": plan.savings_gap,
        "moves": [
            {
                "system": move.system,
                "option": move.option,
                "approach": move.approach,
                "to": move.to,
                "step": move.step,
                "start": label(move.start),
                "cutover": label(move.cutover),
                "last": label(move.last),
            }
            for move in sorted(plan.moves, key=move_order)
        ],
        "stays": [{"system": stay.system, "approach": stay.approach} for stay in sorted(plan.stays)],
        "builds": [
            {"service": build.service, "start": label(build.start), "ready": label(build.ready)}
            for build in sorted(plan.builds)
        ],
        "agency": [
            {"role": item.role, "quarter": label(item.quarter), "days": _round(item.days)}
            for item in sorted(plan.agency)
        ],
        "costs": dict(plan.costs or {}),
    }


def from_json(text: str, calendar: Calendar, path: str) -> Plan:
    """Read a plan from the text of a plan.json. Its claims are taken as they stand; ``verify_plan`` tests them.

    Parameters
    ----------
    text
        The text.
    calendar
        That of its inventory (``inventory.calendar``).
    path
        The file's name, for messages.

    Returns
    -------
    Plan
        The plan, whether it keeps the rules or not.

    Raises
    ------
    RejectedPlan
        One line that says what is not as it should be, and where.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also numbers of thousands of digits
        raise RejectedPlan(Message(f"{path}: not JSON ({error}); ", Remedy.PLAN_FILE)) from None
    if not isinstance(data, dict) or not data.keys() & {"moves", "stays"}:
        raise RejectedPlan(Message(f"{path}: not a plan; ", Remedy.PLAN_FILE))
    return _Reader(calendar, path).plan(data)


class _Reader:
    """Reads the parts of plan.json; an error says where a value is not what it should be."""

    def __init__(self, calendar: Calendar, path: str) -> None:
        self.calendar = calendar
        self.path = path

    def fail(self, where: str, what: str) -> RejectedPlan:
        return RejectedPlan(f"{self.path}: {where}: {what}")

    def rows(self, data: Mapping[str, Any], key: str) -> list[tuple[str, Mapping[str, Any]]]:
        rows = data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.fail(key, "must be a list of objects")
        return [(f"{key}[{index}]", row) for index, row in enumerate(rows)]

    def text(self, row: Mapping[str, Any], key: str, where: str) -> str:
        value = row.get(key)
        if not isinstance(value, str):
            raise self.fail(f"{where}.{key}", "must be a text")
        return value

    def maybe(self, row: Mapping[str, Any], key: str, where: str) -> str | None:
        return None if row.get(key) is None else self.text(row, key, where)

    def number(self, row: Mapping[str, Any], key: str, where: str) -> float:
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e18 < value < 1e18:
            raise self.fail(f"{where}.{key}", "must be a number")
        return float(value)

    def whole(self, row: Mapping[str, Any], key: str, where: str) -> int:
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(f"{where}.{key}", "must be a whole number")
        return value

    def quarter(self, row: Mapping[str, Any], key: str, where: str) -> int:
        try:
            return self.calendar.quarter(self.text(row, key, where))
        except ValueError as error:
            raise self.fail(f"{where}.{key}", str(error)) from None

    def move(self, where: str, row: Mapping[str, Any]) -> Move:
        return Move(
            start=self.quarter(row, "start", where),
            system=self.text(row, "system", where),
            step=self.whole(row, "step", where) if "step" in row else 1,
            option=self.whole(row, "option", where),
            approach=self.text(row, "approach", where),
            to=self.maybe(row, "to", where),
            cutover=self.quarter(row, "cutover", where),
            last=self.quarter(row, "last", where),
        )

    def plan(self, data: Mapping[str, Any]) -> Plan:
        if data.get("format") != FORMAT:
            raise self.fail("format", f"must be {FORMAT}")
        costs = data.get("costs") or {}
        if not isinstance(costs, dict):
            raise self.fail("costs", "must be an object")
        return Plan(
            moves=tuple(sorted((self.move(where, row) for where, row in self.rows(data, "moves")), key=move_order)),
            stays=tuple(
                sorted(
                    Stay(self.text(row, "system", where), self.text(row, "approach", where))
                    for where, row in self.rows(data, "stays")
                )
            ),
            builds=tuple(
                sorted(
                    ServiceBuild(
                        self.quarter(row, "start", where),
                        self.text(row, "service", where),
                        self.quarter(row, "ready", where),
                    )
                    for where, row in self.rows(data, "builds")
                )
            ),
            agency=tuple(
                sorted(
                    Agency(
                        self.text(row, "role", where),
                        self.quarter(row, "quarter", where),
                        self.number(row, "days", where),
                    )
                    for where, row in self.rows(data, "agency")
                )
            ),
            status=self.text(data, "status", "plan"),
            objective=self.number(data, "objective", "plan"),
            bound=self.number(data, "bound", "plan"),
            gap=self.number(data, "gap", "plan"),
            savings_gap=None if data.get("savings_gap") is None else self.number(data, "savings_gap", "plan"),
            costs={key: self.number(costs, key, "costs") for key in costs},
            programme=self.text(data, "programme", "plan"),
            scenario=self.maybe(data, "scenario", "plan"),
            inventory=self.text(data, "inventory", "plan"),
            # An approved plan bears who approved it there; a plan, the hash of the approved one.
            approved=None if isinstance(data.get("approved"), dict) else self.maybe(data, "approved", "plan"),
            progress=self.maybe(data, "progress", "plan"),
            start=self.maybe(data, "start", "plan"),
            prefer=self.maybe(data, "prefer", "plan"),
            within=None if data.get("within") is None else self.number(data, "within", "plan"),
        )


@dataclass(frozen=True)
class Price:
    """The price of something scarce in the relaxation that proves a bound; not what one more unit would save.

    Attributes:
        kind: ``role`` or ``pot``; ``id`` says which.
        period: a financial year, or the period of a pot.
        unit: ``day in each quarter``, or the currency.
    """

    kind: str
    id: str
    period: str
    unit: str
    price: float
