"""What the commands that answer questions have in common: the plan that is asked about, and their options."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

import consolidate
from consolidate.cli.arguments import ANSWER_LANGUAGES, command_on, complete_answer_languages, one_of
from consolidate.cli.console import complain, doubted, print_wide, say, watched
from consolidate.cli.ink import percent
from consolidate.cli.remedies import COMMANDS
from consolidate.errors import Message, NoPlan, OutOfTime
from consolidate.output_files import check_writable, write_file
from consolidate.vocabulary import whole_money

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate import Inventory, Plan, Start, WhatIf
    from consolidate.explain.what_if import ChangeBounds
    from consolidate.language import Language

PlanFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder with the plan.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.", show_default=False)
]
LangOption = Annotated[
    str,
    typer.Option("--lang", metavar="LANG", help="Of the answer: en or cy.", autocompletion=complete_answer_languages),
]
TimeLimitOption = Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Stop after so long.")]
PlansGapOption = Annotated[
    str | None,
    typer.Option(metavar="GAP", help="How close these plans should be proven; default: as the plan at hand."),
]
ChoicesGapOption = Annotated[
    str, typer.Option(metavar="GAP", help="How close each plan of a small inventory is proven.")
]
CHOICES_PLAN_GAP = 0.001
"""How close to the best a plan is made, where there is none, for the commands that try its choices."""


class AnswerFile(NamedTuple):
    """A file that has an answer, too: where, if it is asked for; what makes its text; and what it is, in words."""

    path: Path | None
    text: Callable[[Any], str]
    what: str


def answer_language(lang: str) -> Language:
    """The language in which an answer is given.

    Raises:
        UserError: there are no texts in it.
    """
    from consolidate.language import language  # here, so that other commands start sooner

    return language(one_of("--lang", lang, "languages", ANSWER_LANGUAGES))


def check_files(*paths: Path | None) -> None:
    """Before the work, not after it: whether files that are asked for can be written.

    Raises:
        UserError: one cannot.
    """
    for path in paths:
        if path is not None:
            check_writable(path.parent)


def show_answer(
    answer: Any, page: Callable[[Any], RenderableType], as_json: bool, *files: AnswerFile, own: Language
) -> None:
    """Writes the files that are asked for; then prints the answer, as JSON or as its page.

    Args:
        answer: what a function that answers returned.
        page: makes what a terminal shows of it; called only where it is shown.
        as_json: whether JSON was asked for.
        files: what else may be asked for.
        own: the language of the page; below it is said that its texts are a draft, and where lists are whole.
    """
    wanted = [one for one in files if one.path is not None]
    for path, text, _ in wanted:
        assert path is not None
        write_file(path, text(answer))
    if as_json:
        sys.stdout.write(consolidate.answer_json(answer))
        return
    print_page(page(answer), own)
    for path, _, what in wanted:
        say(f"{path}: {what}")


def print_page(page: RenderableType, own: Language) -> None:
    """Prints the page of an answer, and where all of it is if lists are cut short; then that its texts are a draft."""
    before = own.cut
    print_wide(page)
    if own.cut > before:
        say(own.text("Lists are cut short here: --json has all of them."))
    if own.draft:
        say(own.draft)


@contextmanager
def in_language(own: Language) -> Iterator[None]:
    """That there is no plan, or none in time, and why, is said in the reader's language where it is raised within."""
    from consolidate.explain.answer_words import sayable  # here, so that other commands start sooner

    try:
        yield
    except (NoPlan, OutOfTime) as error:
        if own.code == "en":
            raise
        message = _said(own, error.message)
        if isinstance(error, OutOfTime):
            raise OutOfTime(message) from None
        raise NoPlan(message, [own.said(sayable(line)) for line in error.lines]) from None


def _said(own: Language, message: Message) -> str:
    """The message of an error in the reader's language, its remedy as a command or an option."""
    from consolidate.explain.answer_words import sayable  # here, so that other commands start sooner

    if message.remedy is None:
        return own.said(sayable(message))
    before = own.said(message.before)
    if before == message.before:  # a text that does not know what it is made of
        before = f"{own.said(sayable(before.removesuffix('; ')))}; "
    return before + own.text(COMMANDS[message.remedy]) + message.after


def command_of_whatif(folder: Path, out: Path, scenario: str | None, change: str) -> str:
    """The command that says what a change costs, or which rules stand in its way."""
    options = "" if out == Path("outputs") else f" --out {shlex.quote(str(out))}"
    options += f" --scenario {shlex.quote(scenario)}" if scenario else ""
    return command_on(f"whatif {change}{options}", folder)


def saved_line(own: Language, path: Path, scenario: str) -> str:
    """That changes were kept as a scenario."""
    return f"{path}: {own.text('says the same; `consolidate plan --scenario {name}` plans it', name=scenario)}"


@dataclass(frozen=True)
class AskedPlan:
    """A plan that is asked about, with its inventory, and what a search for another one begins with."""

    folder: Path
    scenario: str | None
    inventory: Inventory
    plan: Plan
    start: Start

    def what_if(self, changes: Sequence[str], gap: float, time_limit: float, own: Language) -> WhatIf:
        """What changes of the inventory do, with a bar that shows the interval in which that is proven to lie, in the
        reader's language.

        Raises:
            InvalidInventory, NoPlan, OutOfTime, UserError: as reading the changes and planning raise them.
        """
        from consolidate.explain.what_if import ChangeBounds  # here, so that other commands start sooner

        changed = consolidate.load_changed(self.folder, changes, self.scenario)
        known = ChangeBounds.of(self.inventory, changed, self.plan.objective, self.plan.bound)
        words = None if self.inventory.progress else partial(self.interval, own, known)
        with in_language(own), watched(gap, words=words) as monitor:
            return consolidate.what_if(
                self.inventory,
                self.plan,
                changed,
                consolidate.PlanOptions(gap=gap, certify=False, start=self.start),
                changes=changes,
                time_limit=time_limit,
                monitor=monitor,
            )

    def interval(self, own: Language, known: ChangeBounds, incumbent: float, bound: float) -> str:
        """What a change costs, as far as it is proven, beside a bar: for a plan of it, and a bound."""
        from consolidate.explain.diff_words import cost_between

        low, high = known.between(incumbent if incumbent < 1e18 else inf, bound if bound > -1e18 else -inf)
        if self.inventory.minimise == "finish" or not (isfinite(low) or isfinite(high)):
            return own.text("looking for a first answer")
        between = cost_between(own, low, high, partial(whole_money, self.inventory.currency))
        return own.text("it costs {between}", between=between)


def asked_plan(
    folder: Path, scenario: str | None, out: Path, gap: float, check: Callable[[Inventory], object] | None = None
) -> AskedPlan:
    """The plan in a folder; else the approved one; where neither is of this inventory as it is now, one is made first.

    Args:
        folder, scenario: the inventory's, and which of its scenarios.
        out: where the plan lies.
        gap: how close to the best one that is made is proven.
        check: refuses what cannot be asked of the inventory, before a plan is made for nothing.

    Raises:
        InvalidInventory, UserError, NoPlan, OutOfTime: as loading, checking and planning raise them.
    """
    from consolidate.planning import accepted_plan  # here, so that other commands start sooner

    inventory = consolidate.load(folder, scenario)
    for line in doubted(inventory, folder):
        complain(line)
    path = out / "plan.json"
    for file in (path, *sorted((folder / "approved").glob("*.json"))[-1:]):
        plan = accepted_plan(inventory, file)
        if plan is not None:
            if file != path:
                complain(f"{path}: is no plan of this inventory as it is now; asked is {file}")
            return AskedPlan(folder, scenario, inventory, plan, consolidate.read_start(inventory, file))
    if check is not None:
        check(inventory)
    complain(f"{path}: there is no plan of this inventory as it is now; one is made first, and not kept")
    with watched(gap) as monitor:
        result = consolidate.make_plan(inventory, gap=gap, monitor=monitor)
    complain(f"planned, to within {percent(result.gap)} of the best")
    return AskedPlan(folder, scenario, inventory, result.plan, consolidate.start_from(inventory, result))
