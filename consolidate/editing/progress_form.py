"""A report on a quarter, filled in with what should have happened: for those who know to correct it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from consolidate.accounts import actuals
from consolidate.accounts.courses import ScheduledStep, builds_of, courses
from consolidate.accounts.differences import renumbered
from consolidate.errors import Message, Remedy, UserError
from consolidate.inventory import Build, Inventory, Partner, Step, System
from consolidate.loading import load
from consolidate.loading.plan_files import load_plan, refuse_scenario
from consolidate.output_files import write_new_file
from consolidate.plan import Plan, ServiceBuild

_HEAD = """\
# What happened in {label}. It is filled in with what the plan says: correct what was otherwise.
#   status: started | live | off (the old system is switched off) | stopped (to be planned anew) | cancelled (it stays)
#     of a service: started | ready
#   expected: the quarter in which what is started will be done
#   capital, effort: what was spent in this quarter. What was planned stands beside; write it in where it was otherwise
#   note: why it is late, or anything else the Board should know
"""
_DELIVERY = """\
# For the Board: take away the marks of comment, and say how delivery stands.
# delivery:
#   rag: amber                  # red, amber or green
#   why: {en: the data centre link is late, cy: mae cyswllt y ganolfan ddata yn hwyr}
#   decisions: [approve the revised plan]
#   risks:
#     - {risk: the supplier leaves, likelihood: low, impact: high, owner: Head of Service, action: a second supplier}
"""

Entry = dict[str, Any]


def report_progress(folder: str | Path, quarter: str, plan: str | Path | None = None) -> Path:
    """Write a report on a quarter into the inventory, filled in with what should have happened.

    Those who know correct it; a plan made after that begins with the next quarter. A report that is there already is
    left alone.

    Parameters
    ----------
    folder
        The inventory's folder.
    quarter
        The quarter that is over, as ``2016/17 Q1``.
    plan
        A plan.json to go by; by default the approved plan.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    RejectedPlan
        The file is no plan, or one of another inventory or of a scenario.
    InvalidInventory
        The inventory has errors.
    UserError
        There is no approved plan, the quarter cannot be reported on, or the file is there or cannot be written.
    """
    folder = Path(folder)
    if plan is not None:
        inventory, made = load_plan(folder, plan)
        refuse_scenario(made, Path(plan))
    else:
        inventory = load(folder)
        if inventory.approved is None:
            raise UserError(Message(f"{folder}: there is no approved plan to go by; ", Remedy.APPROVE_OR_NAME))
        made = inventory.approved
    number = _quarter_to_report(inventory, quarter)
    path = folder / "progress" / f"{inventory.file_label(number)}.yaml"
    try:
        write_new_file(path, report(inventory, made, number))
    except FileExistsError:
        raise UserError(f"{path} is there already; rename it, or correct it by hand") from None
    return path


def _quarter_to_report(inventory: Inventory, quarter: str) -> int:
    """The quarter's number; it must be the next to be reported on."""
    try:
        number = inventory.calendar.quarter(quarter)
    except ValueError as error:
        raise UserError(f"{quarter!r} is no quarter: {error}") from None
    label, progress = inventory.label(number), inventory.progress
    if not 0 <= number < inventory.plan_quarters:
        first, last = inventory.label(0), inventory.label(inventory.plan_quarters - 1)
        raise UserError(f"{label} is outside the horizon; report on {first} to {last}")
    if progress is not None and number < progress.open:
        why = "is reported on already" if number in progress.quarters else "lies before what is reported already"
        raise UserError(f"{label} {why}; the next is {inventory.label(progress.open)}")
    if number > inventory.open:
        raise UserError(f"{inventory.label(inventory.open)} is not reported on yet: report on that first")
    return number


def report(inventory: Inventory, plan: Plan, quarter: int) -> str:
    """The text of a progress file on a quarter.

    Args:
        inventory: with what was reported before that quarter.
        plan: what should happen; it does not change what was reported.
        quarter: from 0, inside the horizon.
    """
    label = inventory.label(quarter)
    lines = [_HEAD.format(label=label), f"quarter: {label}\n"]
    lines += _block("systems", list(_systems(inventory, plan, quarter)))
    services = [(None, build.service, _service(inventory, build, quarter)) for build in builds_of(inventory, plan)]
    lines += _block("services", [(head, id, [entry]) for head, id, entry in services if entry])
    return "".join([*lines, "\n", _DELIVERY])


def _block(key: str, entries: list[tuple[Partner | None, str, list[Entry]]]) -> Iterator[str]:
    if not entries:
        yield f"{key}: {{}}\n"
        return
    yield f"{key}:\n"
    last = None
    for partner, id, listed in entries:
        if partner is not None and partner is not last:
            yield f"  # {_plain(str(partner.name))}\n"
            last = partner
        if len(listed) > 1:
            yield f"  {_word(id)}:\n"
        for entry in listed:
            planned = _flow({key: entry.pop(key) for key in ("capital", "effort") if key in entry})[1:-1]
            where = f"{_word(id)}:" if len(listed) == 1 else "  -"
            yield f"  {where} {_flow(entry)}{f'  # planned: {planned}' if planned else ''}\n"


def _plain(text: str) -> str:
    """A name as part of a comment: on one line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


# -- what should have happened ---------------------------------------------------------------


def _systems(inventory: Inventory, plan: Plan, quarter: int) -> Iterator[tuple[Partner | None, str, list[Entry]]]:
    for id, course in courses(inventory, renumbered(inventory, plan)).items():
        system = inventory.systems[id]
        found: list[Entry] = []
        for number, work in enumerate(course.works, 1):
            if number == 2 and (course.works[0].reported is None or course.works[0].reported.report.cutover is None):
                continue
            status = _status(inventory, id, number, work, quarter)
            if status is None:
                continue
            entry: Entry = {"status": status, "approach": work.step.approach}
            if work.step.to is not None:
                entry["to"] = work.step.to
            if number == 1 and course.option is not None and not _is_first(system, course.option.number):
                entry["option"] = course.option.number
            if number == 2 or (inventory.progress is not None and inventory.progress.step(id, 2) is not None):
                entry["step"] = number
            entry["start"] = inventory.label(work.start)
            if status == "started":
                entry["expected"] = inventory.label(max(work.cutover, quarter + 1))
            else:
                entry["cutover"] = inventory.label(work.cutover)
            entry |= _spent(work.step, work.start, work.cutover, work.reported, quarter)
            found.append(entry)
        if found:
            yield inventory.partners[system.partner], id, found


def _status(inventory: Inventory, id: str, number: int, work: ScheduledStep, quarter: int) -> str | None:
    """How a step should stand at the quarter's end; None where there is nothing to say."""
    if work.start > quarter:
        return None
    told = inventory.progress.step(id, number) if inventory.progress else None
    if work.reported is None and work.start < inventory.open:
        return None  # it has not begun when it should have, or was stopped
    if work.cutover > quarter:
        return "started"
    if work.last == quarter and work.last > work.cutover:
        return "off"
    return None if told is not None and told.status in ("live", "off") else "live"


def _is_first(system: System, number: int) -> bool:
    """Whether the option is the first with its approach and service, and needs no number."""
    ways = {one.number: (one.approach, one.first.to) for one in system.options}
    return number not in ways or number == next(n for n, way in ways.items() if way == ways[number])


def _service(inventory: Inventory, made: ServiceBuild, quarter: int) -> Entry | None:
    told = inventory.progress.services.get(made.service) if inventory.progress else None
    if made.start > quarter or (told is not None and told.status == "ready"):
        return None
    if told is None and made.start < inventory.open:
        return None  # it has not begun when it should have
    build = inventory.services[made.service].build
    assert build is not None  # it is one of the builds
    ready = made.ready <= quarter + 1
    entry: Entry = {"status": "ready" if ready else "started", "start": inventory.label(made.start)}
    entry["ready" if ready else "expected"] = inventory.label(made.ready)
    end = max(made.ready - 1, made.start)
    spent = told.spent if told is not None else ()
    return entry | _figures(
        actuals.staff_used(build.effort, made.start, end, spent),
        actuals.capital_spent(build.capital, made.start, end, spent),
        quarter,
    )


def _spent(step: Step | Build, start: int, end: int, fixed: actuals.ReportedStep | None, quarter: int) -> Entry:
    spent = fixed.report.spent if fixed is not None else ()
    return _figures(
        actuals.staff_used(step.effort, start, end, spent),
        actuals.capital_spent(step.capital, start, end, spent),
        quarter,
    )


def _figures(people: actuals.Amounts, money: actuals.Amounts, quarter: int) -> Entry:
    """What the quarter should have taken, by pot and role; capital that belongs to no pot as a plain number."""
    paid = {pot: round(amount, 2) for pot, q, amount in money if q == quarter and round(amount, 2)}
    worked = {role: round(days, 2) for role, q, days in people if q == quarter and round(days, 2)}
    found: Entry = {}
    if paid:
        found["capital"] = paid.get(None, paid)
    if worked:
        found["effort"] = worked
    return found


# -- YAML ------------------------------------------------------------------------------------


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_word(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float):
        return f"{value:_.2f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int) else _word(str(value))


def _word(text: str) -> str:
    """An id or a label, quoted where YAML would read something else into it."""
    odd = text in ("no", "yes", "on", "off", "true", "false", "null", "y", "n") or text.replace("-", "").isdigit()
    return f'"{text}"' if odd else text
