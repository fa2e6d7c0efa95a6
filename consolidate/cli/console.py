"""What several commands need: printing, progress and interruption."""

from __future__ import annotations

import shutil
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import inf
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal

from rich.console import Console, ConsoleOptions, RenderableType

import consolidate
from consolidate.cli.arguments import command_on
from consolidate.cli.interruption import RUN, shielded, stop
from consolidate.cli.remedies import worded, worded_problem
from consolidate.errors import InvalidInventory, NoPlan, OutOfTime, Problem, UserError
from consolidate.parallel.executors import MOST, cores
from consolidate.vocabulary import counted

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from consolidate.inventory import Inventory
    from consolidate.output_sets import OutputSet
    from consolidate.solving.exact.solver import ProgressMonitor


def put_in_place(outputs: OutputSet) -> None:
    """Writes what a run has collected, and says what was in the way."""
    with shielded():
        outputs.put_in_place()
        RUN.written = True
    for path, kept in outputs.kept:
        complain(f"{path}: was not as an earlier run had written it; what was there is kept: {kept}")


# -- the screen -----------------------------------------------------------------------

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode that move the cursor, turn the direction of writing or break lines."""


def say(text: str) -> None:
    """Prints a line on standard output."""
    sys.stdout.write(tame(text) + "\n")


def complain(text: str) -> None:
    """Prints a line on the standard error stream."""
    sys.stderr.write(tame(text) + "\n")


def tame(text: str) -> str:
    """Text of others (a plan.json, a file's name) as a terminal may be given it: controls are escaped."""
    unseen = {c for c in set(text) if c != "\n" and unicodedata.category(c) in _UNSEEN}
    return text.translate({ord(c): c.encode("unicode_escape").decode() for c in unseen})


def tell(error: UserError) -> None:
    """Prints what a user can correct to standard error: every problem of an inventory, every way out."""
    if isinstance(error, InvalidInventory):
        print_problems(sorted(error.problems))
    complain(f"consolidate: {worded(error)}")
    for line in error.lines if isinstance(error, NoPlan) else ():
        complain(worded(line))


def print_problems(problems: Sequence[Problem], format: Literal["text", "json", "github"] = "text") -> None:
    """Prints problems: as text on the standard error stream, else on standard output."""
    from consolidate.cli.problem_formats import problems_text

    text = problems_text([worded_problem(problem) for problem in problems], format)
    if text:
        stream = sys.stderr if format == "text" else sys.stdout
        stream.write((text if format == "json" else tame(text)) + "\n")  # JSON escapes by itself


def print_wide(page: RenderableType) -> ConsoleOptions:
    """Prints a page as wide as the terminal, or up to 120 columns where there is none.

    Returns:
        what it was laid out for.
    """
    console = Console(width=None if sys.stdout.isatty() else min(shutil.get_terminal_size((100, 40)).columns, 120))
    console.print(page)
    return console.options


def warn(warnings: Sequence[Problem], folder: Path) -> None:
    """Prints the warnings about the inventory in a folder, a line each.

    Of more than a few only those that stand in the scenario's file, which was written for this run, and the number.
    """
    many = len(warnings) > 3
    for warning in of_a_scenario(warnings, folder)[:_MOST_OF_A_SCENARIO] if many else warnings:
        complain(str(worded_problem(warning)))
    if many:
        complain(f"{len(warnings)} warnings; `{command_on('check', folder)}` lists them")


def of_a_scenario(warnings: Sequence[Problem], folder: Path) -> list[Problem]:
    """The warnings about what a scenario's own file says, in a folder's inventory."""
    return [warning for warning in warnings if warning.path.startswith(f"{folder}/scenarios/")]


def doubted(data: Inventory, folder: Path) -> Iterator[str]:
    """Lines to stand below an answer: what looks like a slip in the scenario's file, so that it may not be applied."""
    own = of_a_scenario(data.warnings, folder)
    for warning in own[:_SAID_AGAIN]:
        yield f"SCENARIO  {data.scenario}, line {warning.line}: {worded(warning.message)}"
    if len(own) > _SAID_AGAIN:
        yield f"SCENARIO  {data.scenario}: {counted(len(own) - _SAID_AGAIN, 'more warning')} of its file"


_SAID_AGAIN = 3
"""How many warnings of a scenario's file are said again below an answer."""
_MOST_OF_A_SCENARIO = 10
"""How many warnings of a scenario's file are printed where there are many."""


@contextmanager
def watched(
    gap: float, *, many: bool = False, words: Callable[[float, float], str] | None = None, partly: str = ""
) -> Iterator[ProgressMonitor]:
    """A bar with incumbent, bound and gap, and of many plans how many are done and left.

    The first Ctrl-C asks for the best plan so far, of many for those of the plans under way.

    Args:
        gap: the one that is asked for.
        many: whether there are many plans.
        words: says something else of an incumbent and a bound.
        partly: what is said, after a Ctrl-C, of what follows.
    """
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from consolidate.solving.exact.solver import ProgressMonitor

    stopped: list[bool] = []
    bars = (BarColumn(bar_width=20),) if many else ()
    columns = (SpinnerColumn(), *bars, TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("looking for a first plan", total=None)
        so_far = [""]

        def report(incumbent: float, bound: float) -> None:
            if bound == inf:
                how_far = "no plan can meet the rules; looking for what would help"
            else:
                how_far = words(incumbent, bound) if words is not None else _how_far(incumbent, bound, gap)
            bar.update(task, description=so_far[0] + how_far)

        def count(done: int, of: int, which: str) -> None:
            so_far[0] = f"{done} of {of} plans done, {of - done} left{'; ' if which else ''}{tame(_short(which))} "
            if not stopped:
                bar.update(task, description=so_far[0], completed=done, total=of)

        def interrupt(signum: int, frame: FrameType | None) -> None:
            if stopped:
                stop(signum, frame)
            stopped.append(True)
            bar.update(task, description="stopping with the best plan so far (Ctrl-C again to give up)")

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield ProgressMonitor(report, lambda: bool(stopped), count)
        except (NoPlan, OutOfTime):
            if stopped:
                raise KeyboardInterrupt from None
            raise
        finally:
            signal.signal(signal.SIGINT, before)
    if stopped and partly:
        complain(f"stopped before it was done: {partly}")


_UNTIL_THEN = "what follows is of the best plans found until then"


def answering(gap: float, partly: str = _UNTIL_THEN) -> AbstractContextManager[ProgressMonitor]:
    """As :func:`watched`, of many plans for one answer, which says whether it is of what was found until a stop."""
    return watched(gap, many=True, partly=partly)


@contextmanager
def searching() -> Iterator[ProgressMonitor]:
    """A line that says how many searches are done, of how many; the first Ctrl-C asks for what was found so far."""
    with watched(0.0, many=True, words=lambda incumbent, bound: "", partly=_UNTIL_THEN) as monitor:
        yield monitor


@contextmanager
def counting() -> Iterator[Callable[[int, int, str], None]]:
    """A line that says how many plans are done, of how many, and which is being made; on a terminal alone."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def told(done: int, of: int, what: str) -> None:
            bar.update(task, description=tame(f"plan {done + 1} of {of}: {what}"))

        yield told


def _short(which: str) -> str:
    """What a plan is of, where there is little room.

    >>> _short("a, b, c, d, e"), _short("no-agency")
    ('a, b, c, …', 'no-agency')
    """
    names = which.split(", ")
    return ", ".join([*names[:3], *(["…"] if names[3:] else [])])


@contextmanager
def workers_for(plans: int, workers: int | None, scheduler: str | None) -> Iterator[Executor | None]:
    """Who makes so many plans: processes, one for each core where their number is not given, or a cluster's workers.

    Raises:
        UserError: both are given, or the cluster is not as it should be.
    """
    if workers is not None and scheduler is not None:
        raise UserError("--workers are of this machine and --scheduler has its own; give one of them")
    wanted = cores() if workers is None else workers
    with consolidate.planning_workers(max(min(wanted, plans), 1), scheduler=scheduler) as executor:
        yield executor


MANY_SYSTEMS = 3_000
"""From so many on, other processes draw: to start them takes a second of work."""


@contextmanager
def drawing_workers(data: Inventory) -> Iterator[Executor | None]:
    """Who draws the pages of partners: processes, one for each core; None (this process) where they are few."""
    count = cores() if len(data.systems) >= MANY_SYSTEMS else 1
    with consolidate.planning_workers(min(count, MOST)) as executor:
        yield executor


def _how_far(incumbent: float, bound: float, gap: float) -> str:
    """The line beside the bar.

    >>> _how_far(200.0, 150.0, 0.001)
    'best 200, at least 150, gap 25% (wanted 0.1%)'
    >>> _how_far(100_000.0, 99_699.0, 0.001)  # 0.301%: never shown as less than it is
    'best 100,000, at least 99,699, gap 0.31% (wanted 0.1%)'
    """
    from consolidate.cli.ink import percent

    if not abs(bound) < 1e18:
        return "looking for a first plan"
    if not abs(incumbent) < 1e18:
        return f"no plan yet, at least {bound:,.0f}"
    share = (incumbent - bound) / incumbent if incumbent else 0.0
    return f"best {incumbent:,.0f}, at least {bound:,.0f}, gap {percent(share)} (wanted {gap * 100:g}%)"
