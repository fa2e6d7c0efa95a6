"""Changes of an inventory as people type them: a figure, a choice forced or forbidden, a programme that begins later.

- ``capital.onewales.2017/18=-10%``: a figure by its path (:mod:`consolidate.loading.figure_paths`).
- ``force torfaen/hr-payroll=2018/19 Q1``: it cuts over in that quarter, by whichever of its options of one step;
  ``=consolidate``: it takes an option of that approach, ``=2``: its second option; ``=2@2018/19 Q1``: that option,
  cutting over in that quarter (of an option of two steps: both quarters, with a comma between).
- ``forbid torfaen/hr-payroll=2018/19 Q1``: no step of it cuts over in that quarter; ``=rehost``: it takes no option of
  that approach, ``=2``: not its second option.
- ``force email``: a service is built; ``force email=2017/18 Q1``: it is ready from just that quarter; ``forbid email``:
  it is not built.
- ``delay 4``: nothing begins in the next four quarters that are open.

Figures are changed first, in the order given, then the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from consolidate.errors import InvalidInventory, UserError
from consolidate.explain.names import Named, named_in
from consolidate.forced_choices import building, cutting_over, forbidding, forcing, not_building, taking
from consolidate.inventory import Inventory, Option, System
from consolidate.loading import load
from consolidate.quarters import parse_year
from consolidate.variants import delayed
from consolidate.vocabulary import counted, listed
from consolidate.yaml_files.messages import show

_WORD = re.compile(r"(force|forbid|delay)\s+(.*\S)\s*")
_PERIOD = re.compile(r"(\d{4})/\d{2}( +Q[1-4])?")
_OPTION = re.compile(r"[1-9][0-9]?")
_CUTOVERS = re.compile(r"([1-9][0-9]?)\s*@\s*(.+)")


def load_changed(folder: str | Path, changes: Sequence[str], scenario: str | None = None) -> Inventory:
    """Read an inventory with changes, without touching its files.

    Parameters
    ----------
    folder
        The inventory's folder.
    changes
        Each as ``capital.onewales.2017/18=-10%``, ``force torfaen/email=2017/18 Q1``, ``forbid torfaen/email=rehost``
        or ``delay 4``: see :mod:`consolidate.explain.changes`.
    scenario
        A scenario to lay over the inventory first.

    Returns
    -------
    Inventory
        A valid inventory with a hash of its own.

    Raises
    ------
    InvalidInventory
        With the changes the inventory would have errors.
    UserError
        There is no such folder, scenario, figure, system, service, option or quarter, or a choice cannot be forced or
        forbidden.
    """
    figures = [change for change in changes if not _WORD.fullmatch(change.strip())]
    try:
        inventory = load(folder, scenario, changes=figures)
    except InvalidInventory:
        raise
    except UserError:
        _require_all_in_time(folder, scenario, figures)
        raise
    for change in figures:
        _require_in_time(inventory, change)
    for change in changes:
        if (match := _WORD.fullmatch(change.strip())) is not None:
            inventory = _KINDS[match[1]](inventory, match[2])
    return inventory


def figures_only(changes: Sequence[str]) -> tuple[str, ...]:
    """The changes, all of which are of figures, so that a scenario can say them.

    Parameters
    ----------
    changes
        As :func:`load_changed` takes them.

    Returns
    -------
    tuple of str
        The same.

    Raises
    ------
    UserError
        One of them is no figure.
    """
    others = [change for change in changes if _WORD.fullmatch(change.strip())]
    if others:
        raise UserError(f"a scenario changes figures; {show(others[0])} is none: save the others without it")
    return tuple(changes)


def _require_all_in_time(folder: str | Path, scenario: str | None, figures: Sequence[str]) -> None:
    """The same of changes that could not be made: where nothing is planned then, that is what is wrong with one.

    Raises:
        InvalidInventory, UserError: the inventory has errors as it is; a change is of such a year or quarter.
    """
    if not any(change.strip().startswith(("horizon", "appraise_to")) for change in figures):
        inventory = load(folder, scenario)
        for change in figures:
            _require_in_time(inventory, change)


def _require_in_time(inventory: Inventory, change: str) -> None:
    """Refuses a figure of a year or quarter that nothing is planned in: it would change nothing.

    Raises:
        UserError: it is of one.
    """
    path = change.partition("=")[0].strip()
    keys, calendar = path.split("."), inventory.calendar
    if not (match := _PERIOD.fullmatch(keys[-1])):
        return
    try:
        first = calendar.quarter(keys[-1]) if match[2] else calendar.first_of_year(parse_year(keys[-1]))
    except ValueError as error:
        raise UserError(f"{path}: {keys[-1]} is no such time; {error}") from None
    last = first if match[2] else first + 3
    appraised = "day_cost" in keys or keys[0] == "apportion"
    end = inventory.appraisal_quarters if appraised else inventory.plan_quarters
    if last < 0 or first >= end:
        what = "appraisal" if appraised else "horizon"
        begin, until = calendar.year_label(0), calendar.year_label(end - 1)
        years = begin if begin == until else f"one of {begin} to {until}"
        raise UserError(f"{path}: {keys[-1]} is outside the {what}, so it would change nothing; name {years}")


def _delayed(inventory: Inventory, text: str) -> Inventory:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise UserError(f"{show(text)} is no number of quarters; write `delay 4`")
    quarters, left = int(text), inventory.plan_quarters - inventory.open
    if quarters >= left:
        first, last = inventory.label(inventory.open), inventory.label(inventory.plan_quarters - 1)
        most = f"delay by at most {counted(left - 1, 'quarter')}" if left > 1 else "no delay can be asked about"
        raise UserError(
            f"a delay of {counted(quarters, 'quarter')} leaves no quarter of the horizon for anything to begin in: "
            f"open are {first} to {last}; {most}"
        )
    return delayed(inventory, quarters)


def _forced(inventory: Inventory, text: str) -> Inventory:
    name, _, what = (part.strip() for part in text.partition("="))
    named = _of_a_choice(inventory, name)
    if named.kind == "service":
        return building(inventory, named.id, _quarter(inventory, what) if what else None)
    system = inventory.systems[named.id]
    if match := _CUTOVERS.fullmatch(what):
        option = _numbered(system, match[1])
        cutovers = [_quarter(inventory, quarter.strip()) for quarter in match[2].split(",")]
        if len(cutovers) != len(option.steps):
            raise UserError(f"option {match[1]} of {named.id} has {len(option.steps)} steps; give the cutover of each")
        starts = [cutover - step.quarters + 1 for cutover, step in zip(cutovers, option.steps, strict=True)]
        return forcing(inventory, named.id, option.number, *starts)
    options = _options(system, what)
    return (
        taking(inventory, named.id, options)
        if options
        else cutting_over(inventory, named.id, _when(inventory, system, what))
    )


def _forbidden(inventory: Inventory, text: str) -> Inventory:
    name, _, what = (part.strip() for part in text.partition("="))
    named = _of_a_choice(inventory, name)
    if named.kind == "service":
        if what:
            raise UserError(f"{show(text)}: a service can only be forbidden as a whole; write `forbid {named.id}`")
        return not_building(inventory, named.id)
    system = inventory.systems[named.id]
    options = _options(system, what)
    if not options:
        return forbidding(inventory, named.id, cutover=_when(inventory, system, what))
    left = [one.number for one in system.options if one.number not in options]
    if not left:
        raise UserError(f"{named.id} has no other options than {show(what)}, so they cannot all be forbidden")
    return taking(inventory, named.id, left)


_KINDS: dict[str, Callable[[Inventory, str], Inventory]] = {"force": _forced, "forbid": _forbidden, "delay": _delayed}


def _of_a_choice(inventory: Inventory, name: str) -> Named:
    named = named_in(inventory, name)
    if named.kind == "partner":
        raise UserError(f"{show(name)} is a partner; name a system or a service")
    return named


def _options(system: System, what: str) -> list[int]:
    """The numbers of the options that are meant; none where a quarter may be."""
    if _OPTION.fullmatch(what):
        return [_numbered(system, what).number]
    return [one.number for one in system.options if what in (one.approach, *([one.first.to] if one.first.to else []))]


def _numbered(system: System, number: str) -> Option:
    found = next((one for one in system.options if one.number == int(number)), None)
    if found is None:
        raise UserError(
            f"{system.id} has no option {number}; it has {listed([str(one.number) for one in system.options])}"
        )
    return found


def _when(inventory: Inventory, system: System, what: str) -> int:
    """A quarter, where nothing else is meant."""
    last = inventory.label(inventory.plan_quarters - 1)
    try:
        quarter = inventory.calendar.quarter(what)
    except ValueError:
        ways = listed(list(dict.fromkeys(one.approach for one in system.options)))
        wrong = f"{show(what)} is no quarter and no way to treat {system.id}; write a quarter, as in {last}"
        if not what:
            wrong = f"say what of {system.id}: write `{system.id}={last}`, a quarter"
        raise UserError(f"{wrong}, or one of {ways}") from None
    return _in_horizon(inventory, quarter)


def _quarter(inventory: Inventory, what: str) -> int:
    try:
        quarter = inventory.calendar.quarter(what)
    except ValueError as error:
        raise UserError(f"{show(what)} is no quarter; {error}") from None
    return _in_horizon(inventory, quarter)


def _in_horizon(inventory: Inventory, quarter: int) -> int:
    if not 0 <= quarter < inventory.plan_quarters:
        first, last = inventory.label(0), inventory.label(inventory.plan_quarters - 1)
        raise UserError(f"{inventory.label(quarter)} is outside the horizon; name a quarter from {first} to {last}")
    return quarter
