"""``consolidate approve``: a plan becomes the one that everything is held against."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from consolidate.cli.console import (
    InventoryOption,
    UserErrorExit,
    complain,
    not_of_a_scenario,
    proven,
    read_plan,
    reason,
    same_inventory,
    say,
    tame,
    text_of,
)
from consolidate.errors import RejectedPlan

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBERED = re.compile(r"(\d+)-.*\.json")


def approve(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.json that was decided on.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="When, as 2016-07-12; default today.")] = None,
    inventory: InventoryOption = Path("inventory"),
) -> None:
    """Freeze a plan as the approved one, in the inventory's folder `approved`.

    Earlier approvals stay where they are; the last one counts. Exit code 1 when the plan breaks a rule, when one
    of its figures or its proof is wrong, or when the inventory has changed since it was made.
    """
    from consolidate.accounts.verdict import verify_plan as verdict_of

    who, when = " ".join(tame(by).split()), _date(on)
    if not who:
        raise UserErrorExit(2, 'nobody approves nothing: say who, as in --by "SRS Board"')
    data, made = read_plan(inventory, plan)
    same_inventory(data, made, plan, inventory)
    not_of_a_scenario(made, plan)
    folder = inventory / "approved"
    _not_before(_last(folder), when)
    verdict = verdict_of(data, made)
    if not verdict.ok:
        faults = verdict.faults
        command = f"consolidate verify {plan} --inventory {inventory}"
        more = f" (and {len(faults) - 1} more: {command})" if len(faults) > 1 else ""
        raise RejectedPlan(verdict.reason.within(f"{plan}: can't be approved: ", more))
    proven(data, made, verdict.ledger.costs.total, plan)
    text = text_of(plan, "name a plan.json that is there")
    frozen = json.loads(text)
    frozen["approved"] = {
        "by": who,
        "on": when,
        "inventory": data.content_hash,
        "plan": hashlib.sha256(text.encode()).hexdigest(),
        "before": data.approved_hash,
    }
    if when > dt.date.today().isoformat():
        complain(f"--on {when} is still to come: if that is a slip, take the file away and approve again")
    path = _kept(folder, when, json.dumps(frozen, indent=1, ensure_ascii=False) + "\n")
    say(f"{path}: approved by {who} on {when}; from now on plans are held against it")


def _date(text: str | None) -> str:
    if text is None:
        return dt.date.today().isoformat()
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise UserErrorExit(2, f"{text!r} is no date; write it as 2016-07-12")


def _names(folder: Path) -> list[str]:
    """Approved plans by name; the last one counts."""
    try:
        return [path.name for path in folder.iterdir() if path.suffix == ".json"] if folder.exists() else []
    except OSError as error:
        raise UserErrorExit(2, f"{folder}: cannot be listed ({reason(error)}); make it a readable folder") from None


def _not_before(last: Path | None, when: str) -> None:
    """Approvals follow one another in time: the one that counts is not the older one."""
    before = None if last is None else _day(text_of(last, "give the file as it was written"))
    if before is not None and when < before:
        raise UserErrorExit(
            2,
            f"--on {when}: the last plan was approved on {before} ({last}); give that day or a later one with "
            "--on, or take that file away if its date was a slip",
        )


def _day(text: str) -> str | None:
    """When a plan was approved, as its file says; None where it doesn't (as one that is being written)."""
    try:
        day = json.loads(text)["approved"]["on"]
    except (ValueError, LookupError, TypeError):
        return None
    return day if isinstance(day, str) and _DAY.fullmatch(day) else None


def _last(folder: Path) -> Path | None:
    """The approval that counts."""
    return max((folder / name for name in _names(folder)), default=None)


# -- writing it, though others may do so at the same moment --------------------------


def _kept(folder: Path, when: str, text: str) -> Path:
    """Writes an approval whole or not at all, under a name that nobody else has taken; the path.

    It is written under a name of this process's own and linked to the final one, which fails if that is there.
    """
    temporary = folder / f".approving-{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="\n")
        while True:
            path = _free(folder, when)
            with suppress(FileExistsError):
                _put(temporary, path, text)
                return path
    except OSError as error:
        raise UserErrorExit(2, f"{folder}: the approval cannot be written ({reason(error)})") from None
    except UnicodeError:
        raise UserErrorExit(2, f"{folder}: the approval cannot be written (half a letter in it: no text)") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _free(folder: Path, when: str) -> Path:
    """The next file by number, which must be the last by name, too."""
    names = _names(folder)
    number = 1 + max((int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name))), default=0)
    path, last = folder / f"{number:03}-{when}.json", max((folder / name for name in names), default=None)
    if last is not None and last.name >= path.name:
        raise UserErrorExit(2, f"{last}: comes after {path.name} by name, and would count as the last; rename it")
    _not_before(last, when)
    return path


def _put(temporary: Path, path: Path, text: str) -> None:
    """Gives what is written its name. FileExistsError: somebody has taken it."""
    try:
        os.link(temporary, path)
        return
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system, or a Python, without hard links
        pass
    with path.open("x", encoding="utf-8", newline="\n") as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
