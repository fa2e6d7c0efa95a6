"""What several commands need: their arguments, reading and writing, and speaking to whoever called."""

from __future__ import annotations

import os
import re
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from consolidate.cli.remedies import worded_problem
from consolidate.errors import NoPlan, OutOfTime, Problem, UserError

if TYPE_CHECKING:
    from consolidate.inventory import Inventory
    from consolidate.plan import Plan
    from consolidate.solving.exact.solver import ProgressMonitor

InventoryArgument = Annotated[Path, typer.Argument(metavar="INVENTORY", help="The inventory's folder.")]
InventoryOption = Annotated[Path, typer.Option("--inventory", metavar="DIR", help="The inventory's folder.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the plan and its pictures go.")]
PlanArgument = Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan.json; default: the one in --out.")]
CERTIFICATE = "certificate.json"
"""The prices that prove a plan's bound, beside plan.json."""
ScenarioOption = Annotated[str | None, typer.Option(metavar="NAME", help="A file of scenarios/ to plan instead.")]


def parse_gap(text: str) -> float:
    """A fraction or a percentage, 0 to 1.

    >>> parse_gap("0.1%"), parse_gap("0")
    (0.001, 0.0)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", text)
    if match is None or float(match[1]) > (100 if match[2] else 1):
        raise typer.BadParameter(f"{text!r} is no gap; write a percentage as 0.1%, or a fraction as 0.001")
    return round(float(match[1]) / 100, 12) if match[2] else float(match[1])


class UserErrorExit(UserError):
    """A user error with an exit code of its own."""

    def __init__(self, code: int, message: str) -> None:
        self.exit_code = code
        super().__init__(message)

    def __reduce__(self) -> tuple[type[UserErrorExit], tuple[int, str]]:
        return type(self), (self.exit_code, self.message)


# -- reading and writing --------------------------------------------------------------


def load_inventory(folder: Path, scenario: str | None) -> Inventory:
    from consolidate.loading import load

    return load(folder, scenario)


def read_plan(inventory: Path, path: Path) -> tuple[Inventory, Plan]:
    """A plan and the inventory, in the scenario that the plan names, that it speaks of."""
    from consolidate.loading import scenario_names
    from consolidate.plan import from_json
    from consolidate.yaml_files.messages import show

    text = text_of(path, "run `consolidate plan` first, or name a plan.json that is there")
    data = load_inventory(inventory, None)
    plan = from_json(text, data.calendar, str(path))
    if plan.scenario is not None:
        if plan.scenario not in scenario_names(inventory):
            known = ", ".join(map(show, scenario_names(inventory))) or "none"
            raise UserErrorExit(1, f"{path}: scenario: the plan says {show(plan.scenario)}; the inventory has {known}")
        data = load_inventory(inventory, plan.scenario)
        plan = from_json(text, data.calendar, str(path))
    return data, plan


def same_inventory(data: Inventory, plan: Plan, path: Path, folder: Path) -> None:
    """Refuses a plan of quite another inventory in one line: a rule broken for each system would say nothing.

    An inventory that has changed since is not another one: of that, every rule and figure is of interest.
    """
    if plan.inventory == data.content_hash:
        return
    named = {move.system for move in plan.moves} | {stay.system for stay in plan.stays}
    known = sum(system in data.systems for system in named)
    if plan.programme == str(data.programme) and 2 * known >= len(named):
        return
    raise UserErrorExit(
        1,
        f"{path}: is a plan of another inventory ({plan.programme or 'no name'}; {known:,} of its {len(named):,} "
        f"systems are in {folder}, {data.programme}); say which with --inventory",
    )


def not_of_a_scenario(plan: Plan, path: Path) -> None:
    """Refuses a plan of what might be: what is approved and reported is what is."""
    if plan.scenario is not None:
        raise UserErrorExit(
            1, f"{path}: a plan of the scenario {plan.scenario}; make its changes in the inventory, and plan that"
        )


def proven(data: Inventory, made: Plan, total: float, beside: Path) -> str | None:
    """What the prices in the certificate beside a plan prove of its bound, reckoned again; None where there is none.

    Raises:
        UserError: it is no certificate, claims more than its prices prove, or proves that no plan costs so little.
    """
    from consolidate.solving.decomposition.certificate import of_inventory, recompute
    from consolidate.solving.formulation.remaining import remaining_of

    path = beside.parent / CERTIFICATE
    if not (made.bound > 0 and data.minimise == "cost" and path.exists()):
        return None
    text = text_of(path, "run `consolidate plan` again")
    if not of_inventory(text, data, str(path)):
        return f"{path}: of another inventory, so it proves nothing of this plan; run `consolidate plan` again"
    remaining = remaining_of(data)
    bound = recompute(text, remaining.inventory, str(path)).bound + remaining.costs.total
    if bound > total * (1 + 1e-9):
        raise UserErrorExit(
            1, f"{path}: proves that no plan costs less than {bound:,.2f}, and this one does: report it"
        )
    said = f"{path}: its prices prove that no plan costs less than {bound:,.2f} ({_share(total, bound)} below this one)"
    if made.bound > bound * (1 + 1e-9) + 1e-6:
        said += f"; the plan's own bound of {made.bound:,.2f} is the solver's word: a search tree cannot be checked so"
    return said


def _share(total: float, bound: float) -> str:
    return f"{max(total - bound, 0.0) / total:.3%}" if total else "0%"


def text_of(path: Path, remedy: str) -> str:
    """A file's text, or one line that says why it can't be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserErrorExit(2, f"{path}: cannot be read ({reason(error)}); {remedy}") from None


def reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "not UTF-8 text"


def writable(folder: Path) -> None:
    """Fails before the work, not after it, when nothing could be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".consolidate-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UserErrorExit(
            2, f"{folder}: cannot write there ({reason(error)}); name another folder with --out"
        ) from None


def write_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    except (OSError, UnicodeError) as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        why = reason(error) if isinstance(error, OSError) else "half a letter in it: no text at all"
        raise UserErrorExit(2, f"{path}: cannot be written ({why})") from None


@contextmanager
def shielded() -> Iterator[None]:
    """Holds Ctrl-C off for the moment in which a plan and its tables are written: all of them or none."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# -- the screen -----------------------------------------------------------------------

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode that move the cursor, turn the direction of writing or break lines."""


def say(text: str) -> None:
    sys.stdout.write(tame(text) + "\n")


def complain(text: str) -> None:
    sys.stderr.write(tame(text) + "\n")


def tame(text: str) -> str:
    """Text of others (a plan.json, a file's name) as a terminal may be given it: controls are escaped."""
    unseen = {c for c in set(text) if c != "\n" and unicodedata.category(c) in _UNSEEN}
    return text.translate({ord(c): c.encode("unicode_escape").decode() for c in unseen})


def warn(warnings: Sequence[Problem], *, brief: bool) -> None:
    if brief and len(warnings) > 3:
        complain(f"{len(warnings)} warnings; `consolidate check` lists them")
        return
    for warning in warnings:
        complain(str(worded_problem(warning)))


@contextmanager
def watched(gap: float, about: Callable[[], str] = str) -> Iterator[ProgressMonitor]:
    """A bar with what it is ``about``, incumbent, bound and gap; the first Ctrl-C asks for the best plan so far."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from consolidate.solving.exact.solver import ProgressMonitor

    stopped: list[bool] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking for a first plan", total=None)

        def report(incumbent: float, bound: float) -> None:
            bar.update(task, description=about() + _how_far(incumbent, bound, gap))

        def interrupt(signum: int, frame: object) -> None:
            if stopped:
                raise KeyboardInterrupt
            stopped.append(True)
            bar.update(task, description="stopping with the best plan so far (Ctrl-C again to give up)")

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield ProgressMonitor(report, lambda: bool(stopped))
        except (NoPlan, OutOfTime):
            if stopped:
                raise KeyboardInterrupt from None
            raise
        finally:
            signal.signal(signal.SIGINT, before)


def _how_far(incumbent: float, bound: float, gap: float) -> str:
    """The line beside the bar.

    >>> _how_far(200.0, 150.0, 0.001)
    'best 200, at least 150, gap 25% (wanted 0.1%)'
    >>> _how_far(100_000.0, 99_699.0, 0.001)  # 0.301%: never shown as less than it is
    'best 100,000, at least 99,699, gap 0.31% (wanted 0.1%)'
    """
    from consolidate.cli.plan_summary import percent

    if not abs(bound) < 1e18:
        return "looking for a first plan"
    if not abs(incumbent) < 1e18:
        return f"no plan yet, at least {bound:,.0f}"
    share = (incumbent - bound) / incumbent if incumbent else 0.0
    return f"best {incumbent:,.0f}, at least {bound:,.0f}, gap {percent(share)} (wanted {gap * 100:g}%)"
