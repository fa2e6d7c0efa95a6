"""``consolidate approve``: a plan becomes the one that everything is held against."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Annotated

import typer

from consolidate.commands.common import (
    InventoryOption,
    UserErrorExit,
    read_plan,
    reason,
    say,
    tame,
    text_of,
    write_text,
)

_NUMBERED = re.compile(r"(\d+)-.*\.json")


def approve(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.json that was decided on.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="When, as 2016-07-12; default today.")] = None,
    inventory: InventoryOption = Path("inventory"),
) -> None:
    """Freeze a plan as the approved one, in the inventory's folder `approved`.

    Earlier approvals stay where they are; the last one counts. Exit code 1 when the plan breaks a rule, when one
    of its figures is wrong, or when the inventory has changed since it was made.
    """
    from consolidate.check import check as verdict_of

    who, when = " ".join(tame(by).split()), _date(on)
    if not who:
        raise UserErrorExit(2, 'nobody approves nothing: say who, as in --by "SRS Board"')
    data, made = read_plan(inventory, plan)
    if made.scenario is not None:
        raise UserErrorExit(
            1, f"{plan}: a plan of the scenario {made.scenario}; make its changes in the inventory, and plan that"
        )
    verdict = verdict_of(data, made)
    if not verdict.ok:
        faults = [*(violation.message for violation in verdict.violations), *verdict.differences]
        more = f" (and {len(faults) - 1} more: consolidate verify {plan})" if len(faults) > 1 else ""
        raise UserErrorExit(1, f"{plan}: can't be approved: {faults[0]}{more}")
    text = text_of(plan, "name a plan.json that is there")
    frozen = json.loads(text)
    frozen["approved"] = {
        "by": who,
        "on": when,
        "inventory": data.content_hash,
        "plan": hashlib.sha256(text.encode()).hexdigest(),
        "before": data.approved_hash,
    }
    folder = inventory / "approved"
    path = folder / f"{_next(folder):03}-{when}.json"
    last = max(_names(folder), default="")
    if last >= path.name:
        raise UserErrorExit(
            2, f"{folder / last}: comes after {path.name} by name, and would count as the last; rename it"
        )
    write_text(path, json.dumps(frozen, indent=1, ensure_ascii=False) + "\n")
    say(f"{path}: approved by {who} on {when}; from now on plans are held against it")


def _date(text: str | None) -> str:
    if text is None:
        return dt.date.today().isoformat()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
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


def _next(folder: Path) -> int:
    """One more than the highest number there."""
    names = _names(folder)
    return 1 + max((int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name))), default=0)
