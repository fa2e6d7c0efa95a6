"""The plan as tables: tidy CSV files with stable keys, for spreadsheets and dashboards.

Amounts are in the programme's currency, to the penny; quarters are labels; an empty cell means
that there is nothing to say (no limit, no such date). Text that a spreadsheet would run as a
formula is written with a leading apostrophe.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from consolidate.accounts.courses import support_of_exposed
from consolidate.accounts.differences import BuildChange, Change, NewSystem, against_approved
from consolidate.accounts.journal import REVENUE_KINDS
from consolidate.accounts.ledger import NOT_CASH, Ledger, years_of
from consolidate.audience.restriction import highest_classification
from consolidate.cost_sharing.apportionment import apportion, in_pence, pence
from consolidate.inventory import Inventory, Option, Pot, Step, System, When
from consolidate.output_files import CannotWrite
from consolidate.output_sets import OutputSet, beside_its_plan
from consolidate.plan import KINDS, Move, Plan
from consolidate.quarters import year_label
from consolidate.typesetting.safe_text import defused
from consolidate.vocabulary import approach_text

if TYPE_CHECKING:
    from consolidate.cost_sharing.coalitions import CostShares, StandAlone
    from consolidate.plan import Price

Row = dict[str, Any]

_TABLES = "tables"
"""The group of these files, among those of an :class:`OutputSet`."""

SHARED_LABEL = "shared"
"""What costs.csv calls the partner of what all share. (Partners' ids may not be it: see :func:`partner_label`.)"""


def write_tables(
    inventory: Inventory, plan: Plan, ledger: Ledger, out: str | Path, scarce: Sequence[Price] = ()
) -> list[Path]:
    """Write the tables of a plan: moves.csv, staff.csv, capital.csv, costs.csv, apportioned.csv and unsupported.csv;
    areas.csv where systems have areas, prices.csv where a relaxation has prices of people and money, and changes.csv
    where a plan is approved.

    All of them are written, or none; those of an earlier plan are replaced.

    Parameters
    ----------
    inventory
        The inventory that was planned.
    plan
        A plan of it that keeps the rules.
    ledger
        The books of the plan, from :func:`consolidate.ledger`.
    out
        The folder to write into.
    scarce
        The prices of days and of money in the relaxation that proves the bound; not what one more would save.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UserError
        A file cannot be written, or the folder holds another plan.
    """
    outputs = OutputSet(out)
    outputs.allow_only_if(beside_its_plan(plan, inventory.calendar))
    written = add_tables(inventory, plan, ledger, outputs, scarce)
    try:
        outputs.put_in_place()
    except CannotWrite as error:
        if error.message.remedy is not None:
            raise
        before = f"{outputs.folder}: {error.reason}; give a folder that can be written to"
        raise CannotWrite(outputs.folder, error.reason, before) from None
    return written


def add_tables(
    inventory: Inventory, plan: Plan, ledger: Ledger, outputs: OutputSet, scarce: Sequence[Price] = ()
) -> list[Path]:
    """Adds the tables of :func:`write_tables` to what a run will write; where they will be."""
    frames = {
        "moves.csv": moves_table(inventory, plan, ledger),
        "staff.csv": staff_table(inventory, ledger),
        "capital.csv": capital_table(inventory, ledger),
        "costs.csv": costs_table(inventory, ledger),
        "apportioned.csv": apportioned_table(inventory, ledger),
        "unsupported.csv": unsupported_table(inventory, ledger),
    }
    if ledger.areas:
        frames["areas.csv"] = areas_table(inventory, ledger)
    if scarce:
        frames["prices.csv"] = prices_table(scarce)
    if inventory.approved is not None:
        frames["changes.csv"] = changes_table(inventory, plan, ledger)
    marking = highest_classification(inventory, inventory.systems).upper()
    if marking:
        frames = {name: frame.assign(marking=marking) for name, frame in frames.items()}
    outputs.start(_TABLES)
    return [outputs.add(_TABLES, name, frame_to_csv(frame)) for name, frame in frames.items()]


RECKONED_WITH = {"part": 12}
"""Columns that others multiply with, and how many decimals they have: enough for a penny of any amount."""


def frame_to_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text: ``\\n`` line ends, two decimals (but :data:`RECKONED_WITH`), no index, formulas defused."""
    safe = frame.copy()
    for column in safe.columns:
        if column in RECKONED_WITH:
            safe[column] = [f"{cell:.{RECKONED_WITH[column]}f}" for cell in safe[column]]
        elif not pd.api.types.is_numeric_dtype(safe[column]):
            cells = [str(cell) for cell in safe[column].tolist()]
            known = {cell: defused(cell) for cell in set(cells)}  # most are said many times
            safe[column] = [known[cell] for cell in cells]
    return str(safe.to_csv(index=False, lineterminator="\n", float_format="%.2f"))


def moves_table(inventory: Inventory, plan: Plan, ledger: Ledger) -> pd.DataFrame:
    """A row for each step of work, by start, then for each system that stays (without dates).

    ``live`` is the quarter from which what the step leads to is used (empty for a refresh);
    ``unsupported_quarters`` are the system's, on the row of its first step. ``contract``: whether the contract of today
    ``ends`` with the step, or ``runs on`` under all that is done (and costs what it costs).
    """
    rows = [_moving(inventory, ledger, move) for move in sorted(plan.moves, key=lambda m: (m.start, m.system, m.step))]
    rows += [_staying(inventory.systems[stay.system], ledger) for stay in sorted(plan.stays)]
    whole = ("option", "step", "unsupported_quarters")
    numbers = ("users", "capital", "effort_days", "one_off")
    return _frame(rows, _MOVES, whole, numbers)


_MOVES = (
    *("system", "name", "partner", "capability", "tier", "option", "approach", "to", "step"),
    *("start", "cutover", "live", "last", "users", "capital", "effort_days", "one_off", "unsupported_quarters"),
    *("contract", "area", "confidence"),
)


def _system(system: System) -> Row:
    return {
        "system": system.id,
        "name": str(system.name),
        "partner": system.partner,
        "capability": system.capability,
        "tier": system.tier or "",
        "users": system.users,
        "area": system.area or "",
        "confidence": system.confidence,
    }


def _moving(inventory: Inventory, ledger: Ledger, move: Move) -> Row:
    system, label = inventory.systems[move.system], inventory.label
    step = ledger.courses[move.system].works[move.step - 1].step
    return {
        **_system(system),
        "option": move.option,
        "approach": step.approach,
        "to": step.to or "",
        "step": move.step,
        "start": label(move.start),
        "cutover": label(move.cutover),
        "live": "" if step.approach == "refresh" else label(move.cutover + 1),
        "last": label(move.last),
        "capital": sum(step.capital.values()),
        "effort_days": effort_days(step),
        "one_off": step.one_off,
        "unsupported_quarters": len(ledger.exposed.get(system.id, ())) if move.step == 1 else None,
        "contract": what_of_contract(system, ledger.courses[move.system].option, move.step),
    }


def _staying(system: System, ledger: Ledger) -> Row:
    number = next((one.number for one in system.options if one.approach == "retain"), None)
    return {
        **_system(system),
        "option": number,
        "approach": "retain",
        "unsupported_quarters": len(ledger.exposed.get(system.id, ())),
        "contract": what_of_contract(system, None),
    }


def what_of_contract(system: System, option: Option | None, step: int | None = None) -> str:
    """``ends`` or ``runs on``, of the contract of today under an option (None: it stays); empty where there is none,
    and for a ``step`` with which it does not end though it does with the other."""
    if system.contract is None:
        return ""
    ending = None if option is None else option.contract_step
    if ending is None:
        return "runs on"
    return "ends" if step in (None, ending + 1) else ""


def changes_table(inventory: Inventory, plan: Plan, ledger: Ledger) -> pd.DataFrame:
    """A row for each step of work, then for each build of a service, that is not as it was approved, then for each
    system that the approved plan does not know.

    ``approved`` and ``now``: the cutover; the quarter from which a service is ready. ``approved_as``, ``now_as``: by
    what approach, into what service. ``quarters``: by how many it is later (below 0: sooner). ``why``: ``reported``
    where it has happened, ``planned`` where it was found to be better or needed. ``costs_more``: what the whole system
    costs more, discounted, the price of change not in it, on its first row; or the build and its fixed running costs.
    ``capital_more``: what the step or the build itself takes more, undiscounted. A system that is ``new`` costs neither
    more nor less: ``new_costs`` is what it costs, discounted, ``new_saves`` how much less than left as it is, on its
    first row.
    """
    found = against_approved(inventory, plan, ledger)
    rows = [_changed_move(inventory, change) for change in found.moves]
    rows += [_changed_build(inventory, change) for change in found.builds]
    rows += [row for one in found.new for row in _new_system(inventory, one)]
    names = ("system", "service", "name", "step", "change", "approved", "now", "approved_as", "now_as")
    amounts = ("costs_more", "capital_more", "new_costs", "new_saves")
    return _frame(rows, (*names, "quarters", "why", *amounts, "note"), ("step", "quarters"), amounts)


def _changed(change: Change | BuildChange, note: str) -> Row:
    return {
        "change": change.what,
        "quarters": change.quarters,
        "why": "reported" if change.reported else "planned",
        "costs_more": change.cost,
        "capital_more": change.capital,
        "note": note,
    }


def _changed_move(inventory: Inventory, change: Change) -> Row:
    report = inventory.progress.step(change.system, change.step) if inventory.progress else None
    return {
        **_changed(change, "" if report is None else report.note),
        "system": change.system,
        "name": str(inventory.systems[change.system].name),
        "step": change.step,
        "approved": "" if change.before is None else inventory.label(change.before.cutover),
        "now": "" if change.now is None else inventory.label(change.now.cutover),
        "approved_as": "" if change.before is None else approach_text(change.before.approach, change.before.to),
        "now_as": "" if change.now is None else approach_text(change.now.approach, change.now.to),
    }


def _changed_build(inventory: Inventory, change: BuildChange) -> Row:
    report = inventory.progress.services.get(change.service) if inventory.progress else None
    return {
        **_changed(change, "" if report is None else report.note),
        "service": change.service,
        "name": str(inventory.services[change.service].name),
        "approved": "" if change.before is None else inventory.label(change.before.ready),
        "now": "" if change.now is None else inventory.label(change.now.ready),
    }


def _new_system(inventory: Inventory, new: NewSystem) -> Iterator[Row]:
    """A row for each step of a new system; one where it stays."""
    for move in new.moves or (None,):
        step = 1 if move is None else move.step
        report = inventory.progress.step(new.system, step) if inventory.progress else None
        first = step == 1
        yield {
            "system": new.system,
            "name": str(inventory.systems[new.system].name),
            "step": step,
            "change": "new",
            "approved": "",
            "now": "" if move is None else inventory.label(move.cutover),
            "approved_as": "",
            "now_as": "retain" if move is None else approach_text(move.approach, move.to),
            "quarters": None,
            "why": "reported" if new.reported else "planned",
            "new_costs": new.cost if first else None,
            "new_saves": new.saves if first else None,
            "note": "" if report is None else report.note,
        }


def effort_days(step: Step) -> float:
    """Person-days of all roles that a step takes."""
    return sum(sum(days) for days in step.effort.values())


def staff_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each role and quarter of the horizon; ``days_available`` is empty where there is no limit."""
    rows = [
        {
            "role": role.id,
            "quarter": inventory.label(q),
            "days_available": None if role.days is None else role.days[q],
            "days_used": ledger.staff.get((role.id, q), 0.0),
            "agency_limit": role.agency_days[q],
            "agency_days": ledger.agency.get((role.id, q), 0.0),
            "day_rate": role.day_rate[q],
            "agency_cost": ledger.agency_cost.get((role.id, q), 0.0),
        }
        for role in inventory.roles.values()
        for q in range(inventory.plan_quarters)
    ]
    numbers = ("days_available", "days_used", "agency_limit", "agency_days", "day_rate", "agency_cost")
    return _frame(rows, ("role", "quarter", *numbers), (), numbers)


def capital_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each pot and period; ``left`` = carried in + amount - spent, which is carried forward or lost.

    Capital that belongs to no pot comes last, by year, without an amount.
    """
    rows = [row for pot in inventory.pots.values() for row in _pot(pot, ledger)]
    rows += _potless(inventory, ledger)
    numbers = ("amount", "carried_in", "spent", "left", "carried_forward")
    return _frame(rows, ("pot", "period", "kind", *numbers), (), numbers)


def _pot(pot: Pot, ledger: Ledger) -> Iterable[Row]:
    carried = 0.0
    for period in pot.periods:
        spent = sum(ledger.capital.get((pot.id, q), 0.0) for q in period.quarters)
        left = carried + period.amount - spent
        yield {
            "pot": pot.id,
            "period": period.label,
            "kind": "quarter" if " " in period.label else "year",
            "amount": period.amount,
            "carried_in": carried,
            "spent": spent,
            "left": left,
            "carried_forward": left if pot.carry_forward else 0.0,
        }
        carried = left if pot.carry_forward else 0.0


def _potless(inventory: Inventory, ledger: Ledger) -> Iterable[Row]:
    for year, quarters in years_of(inventory.calendar, inventory.plan_quarters):
        spent = sum(ledger.capital.get((None, q), 0.0) for q in quarters)
        if spent:
            yield {"pot": "", "period": year_label(year), "kind": "year", "spent": spent}


def costs_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each partner, financial year and kind of cost that there is; what all share under ``shared``.

    ``cash`` is ``no`` for judged exposure and for the price of changing an approved plan. Pennies are
    rounded so that each kind, and the whole, adds up to the ledger to the penny. ``spending`` tells revenue, which
    budgets limit, from capital; ``note`` says of ``staff``, which both count, that it is the worth of time.
    """
    partners = [*inventory.partners, None]
    amounts = pence(inventory, ledger.cash)
    discounted = pence(inventory, ledger.discounted)
    rows = [
        {
            "partner": partner_label(inventory, key[0]),
            "financial_year": year_label(key[1]),
            "kind": key[2],
            "amount": amounts[key] / 100,
            "discounted": discounted[key] / 100,
            **_sort_of_cost(key[2]),
        }
        for key in sorted(amounts, key=lambda key: (partners.index(key[0]), key[1], KINDS.index(key[2])))
    ]
    columns = ("partner", "financial_year", "kind", "cash", "amount", "discounted", "spending", "note")
    return _frame(rows, columns, (), ("amount", "discounted"))


WORTH_OF_TIME = "worth of own people's time; not a payment"


def spending(kind: str) -> str:
    """Whether a kind of cost is ``revenue`` or ``capital``; empty for what is not paid.

    >>> [spending(kind) for kind in ("run", "staff", "capital", "exposure")]
    ['revenue', 'revenue', 'capital', '']
    """
    return "revenue" if kind in REVENUE_KINDS else "capital" if kind == "capital" else ""


def _sort_of_cost(kind: str) -> Row:
    cash = "no" if kind in NOT_CASH else "yes"
    return {"cash": cash, "spending": spending(kind), "note": WORTH_OF_TIME if kind == "staff" else ""}


def areas_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each area of systems, financial year and kind of cost that there is, as in costs.csv, all partners
    together; systems without an area have an empty one, and what all share stands under ``shared``.

    Pennies are rounded so that each kind adds up to costs.csv. The price of changes is in no area.
    """
    A = inventory.appraisal_quarters
    areas = sorted(dict.fromkeys(one.area for one in inventory.systems.values()), key=lambda area: area is None)
    shared = _shared_label(areas)
    flows: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    for (_, area, kind), row in ledger.areas.items():
        flows.setdefault((area or "", kind), []).append(row)
    for (partner, kind), row in ledger.flows.items():
        if partner is None:
            flows.setdefault((shared, kind), []).append(row)
    order = [*(area or "" for area in areas), shared]
    keys = [
        (kind, year, area, quarters)
        for kind in KINDS
        for year, quarters in years_of(inventory.calendar, A)
        for area in order
        if any(row[q] for row in flows.get((area, kind), ()) for q in quarters)
    ]

    def amounts(factor: Callable[[int], float]) -> list[int]:
        return in_pence(
            fsum(row[q] * factor(q) for row in flows[area, kind] for q in quarters) for kind, _, area, quarters in keys
        )

    rows = [
        {
            "area": area,
            "financial_year": year_label(year),
            "kind": kind,
            "amount": amount / 100,
            "discounted": discounted / 100,
            **_sort_of_cost(kind),
        }
        for (kind, year, area, _), amount, discounted in sorted(
            zip(keys, amounts(lambda _: 1.0), amounts(inventory.discount), strict=True),
            key=lambda one: (order.index(one[0][2]), one[0][1], KINDS.index(one[0][0])),
        )
    ]
    columns = ("area", "financial_year", "kind", "cash", "amount", "discounted", "spending", "note")
    return _frame(rows, columns, (), ("amount", "discounted"))


def partner_label(inventory: Inventory, partner: str | None) -> str:
    """A partner's id, or the word for all of them; ``(shared)`` should a partner be called ``shared``."""
    return partner if partner is not None else _shared_label(inventory.partners)


def _shared_label(taken: Collection[str | None]) -> str:
    """The word for what all share, told from a partner or an area that is called so."""
    return f"({SHARED_LABEL})" if SHARED_LABEL in taken else SHARED_LABEL


def apportioned_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each partner, financial year and kind of cost that there is: what it pays for its own systems
    (``direct``) and its part of what all share (``allocated``), undiscounted, adding up to costs.csv to the penny.

    ``part`` is the partner's part of what is shared in that year, in per cent; ``rule`` says by what rule; ``spending``
    and ``note`` are as in costs.csv.
    """
    made = apportion(inventory, ledger)
    rows = [
        {
            "partner": line.partner,
            "financial_year": year_label(line.year),
            "rule": made.rules[line.year],
            "part": float(made.parts[line.year, line.kind, line.partner] * 100),
            "kind": line.kind,
            "direct": line.direct / 100,
            "allocated": line.allocated / 100,
            "total": line.total / 100,
            **_sort_of_cost(line.kind),
        }
        for line in made.lines
    ]
    numbers = ("part", "direct", "allocated", "total")
    columns = ("partner", "financial_year", "rule", "part", "kind", "cash", *numbers[1:], "spending", "note")
    return _frame(rows, columns, (), numbers)


def fair_shares_table(inventory: Inventory, shares: CostShares) -> pd.DataFrame:
    """A row for each partner: what it bears of the best plan for all under the stated rule, what it would cost it
    alone, and its Shapley value; discounted. Empty where there is no figure.

    ``total`` and what it is compared with hold judged exposure, which is no cash. ``alone`` says how
    ``alone_low`` and ``alone_high`` came about: see :func:`groups_alone_table`.
    """
    rows: list[Row] = []
    for partner in shares.partners:
        bill, alone, fair = shares.bills[partner], shares.alone.get(frozenset({partner})), shares.fair(partner)
        estimate = shares.estimated.get(partner)
        row: Row = {"partner": partner, "name": str(inventory.partners[partner].name), "total": bill.total}
        row |= {"direct": bill.direct, "allocated": bill.allocated, "judged_exposure": bill.exposure}
        if alone is not None:
            row |= {"alone": _costed_as(alone)}
            row |= {"alone_low": alone.stand_in.cost.low, "alone_high": alone.stand_in.cost.high}
        if fair is not None:
            row |= {"shapley": shares.point(partner), "shapley_low": fair.low, "shapley_high": fair.high}
            row |= {"over_low": bill.total - fair.high, "over_high": bill.total - fair.low}
        row |= {"standard_error": estimate.error if estimate else None}
        rows.append(row)
    numbers = ("direct", "allocated", "judged_exposure", "total", "alone_low", "alone_high")
    fairness = ("shapley", "shapley_low", "shapley_high", "standard_error", "over_low", "over_high")
    columns = ("partner", "name", *numbers[:4], "alone", *numbers[4:], *fairness)
    return _frame(rows, columns, (), (*numbers, *fairness))


def groups_alone_table(shares: CostShares) -> pd.DataFrame:
    """A row for each group of partners that was planned for, the whole first: what it would cost alone.

    ``alone``: ``plan`` (its best plan), ``freed`` (it has no plan: the cost is that with people and capital
    without limit) or ``no plan`` (it has none even so: the cost is that of leaving everything as it is, which its
    rules forbid). ``leaves``: whether it would do better alone, and can; ``better_alone``: whether it would with
    people and capital without limit.
    """
    rows: list[Row] = []
    for group, alone in shares.alone.items():
        cost = alone.stand_in.cost
        row: Row = {"group": " + ".join(one for one in shares.partners if one in group), "partners": len(group)}
        row |= {"alone": _costed_as(alone), "low": cost.low, "high": cost.high, "cash": alone.stand_in.cash}
        row |= {"pays_inside": shares.pays(group)}
        if len(group) < len(shares.partners):
            saves = shares.saves(group)
            row |= {"saves_low": saves.low, "saves_high": saves.high}
            row |= {"leaves": shares.blocks(group), "better_alone": shares.better_alone(group)}
        rows.append(row)
    numbers = ("low", "high", "cash", "pays_inside", "saves_low", "saves_high")
    return _frame(rows, ("group", "partners", "alone", *numbers, "leaves", "better_alone"), ("partners",), numbers)


def _costed_as(alone: StandAlone) -> str:
    return "freed" if alone.freed is not None else alone.how


def unsupported_table(inventory: Inventory, ledger: Ledger) -> pd.DataFrame:
    """A row for each system that runs past its end of life in the quarters appraised, worst first.

    ``first`` and ``last`` are such quarters, ``quarters`` counts them; amounts are undiscounted.
    ``judged_exposure`` is judged risk, not cash. ``software_support_ends``, ``hardware_support_ends``: of what runs in
    ``first``, as it is given (a day, or a whole quarter). ``extended_until``: the last quarter in which extended
    support is sold.
    """
    rows: list[Row] = []
    for id, quarters in ledger.exposed.items():
        system = inventory.systems[id]
        ends = support_of_exposed(system, ledger.courses[id], inventory.appraisal_quarters, quarters[0])
        until = system.extended_until
        rows.append(
            {
                "system": id,
                "name": str(system.name),
                "partner": system.partner,
                "tier": system.tier or "",
                "quarters": len(quarters),
                "first": inventory.label(quarters[0]),
                "last": inventory.label(quarters[-1]),
                "extended_support": fsum(map(system.support_bought, quarters)),
                "judged_exposure": system.exposure * len(quarters),
                "software_support_ends": as_given(inventory, ends.software),
                "hardware_support_ends": as_given(inventory, ends.hardware),
                "extended_until": "" if until is None or not system.extended_support else inventory.label(until),
            }
        )
    rows.sort(key=lambda row: (-row["judged_exposure"], -row["quarters"], row["system"]))
    numbers = ("extended_support", "judged_exposure")
    columns = ("system", "name", "partner", "tier", "quarters", "first", "last", *numbers)
    dates = ("software_support_ends", "hardware_support_ends", "extended_until")
    return _frame(rows, (*columns, *dates), ("quarters",), numbers)


def as_given(inventory: Inventory, when: When | None) -> str | None:
    """A date as it is given: the day as ``2015-07-14``, or a whole quarter as its label."""
    if when is None:
        return None
    return inventory.label(when.quarter) if when.day is None else when.day.isoformat()


_OF_THE_RELAXATION = "price in the relaxation; one more unit need not save it"


def prices_table(scarce: Sequence[Price]) -> pd.DataFrame:
    """What a day of a role in each quarter of a year, and a pound of a pot, are worth in the relaxation that proves
    the bound: over the appraisal, discounted, judged exposure counts. 0: it does not bind there.

    ``note`` says so in each row: planning again with one more may save more, less or nothing, for moves are whole.
    """
    rows = [
        {
            "kind": one.kind,
            "id": one.id,
            "period": one.period,
            "unit": one.unit,
            "price": round(one.price, 2),
            "note": _OF_THE_RELAXATION,
        }
        for one in scarce
    ]
    return _frame(rows, ("kind", "id", "period", "unit", "price", "note"), (), ("price",))


def _frame(rows: Iterable[Row], columns: Sequence[str], whole: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    """Rows as a frame: whole numbers, other numbers, and text for the rest; what a row lacks is empty."""
    listed = list(rows)
    data: dict[str, Any] = {}
    for column in columns:
        cells = [row.get(column) for row in listed]
        if column in whole or (column == "users" and all(float(cell or 0).is_integer() for cell in cells)):
            data[column] = pd.array([pd.NA if cell is None else int(cell) for cell in cells], dtype="Int64")
        elif column in numbers:
            data[column] = pd.array(
                [pd.NA if cell is None else round(cell, RECKONED_WITH.get(column, 2)) + 0.0 for cell in cells],
                dtype="Float64",
            )
        else:
            data[column] = ["" if cell is None else str(cell) for cell in cells]
    return pd.DataFrame(data, columns=list(columns))
