"""``consolidate whatif`` without a change: changes typed one after the other, each answered at once, and undone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap

import consolidate
from consolidate.cli.answers import AskedPlan, saved_line
from consolidate.cli.console import complain, print_wide, say
from consolidate.cli.remedies import worded
from consolidate.cli.whatif_page import WhatIfPage
from consolidate.errors import InvalidArgument, InvalidInventory, NoPlan, UserError
from consolidate.language import Language
from consolidate.vocabulary import translatable
from consolidate.yaml_files.messages import show

WORDS = (
    (
        "capital.onewales.2017/18=-10%",
        translatable("change a figure; relative with a sign (-10%, +5_000), else as in a file"),
    ),
    (
        "force torfaen/email=2018/19 Q1",
        translatable("it cuts over in that quarter; or =rehost, =2 (its second option)"),
    ),
    (
        "forbid torfaen/email=rehost",
        translatable("the same, forbidden; force and forbid SERVICE: built, or not"),
    ),
    ("delay 4", translatable("nothing begins in the next four open quarters")),
    ("undo", translatable("take the last change back")),
    ("list", translatable("the changes so far")),
    ("save NAME", translatable("keep the figures as a scenario")),
    ("quit", translatable("(or Ctrl-D) end; nothing is kept but what was saved")),
)
"""What may be typed, which is the same in every language, and what it does."""
_TYPED = max(len(typed) for typed, _ in WORDS) + 2
"""So wide is what is typed, with the space after it."""
_WIDTH = 79
"""So many columns help takes at most."""


@dataclass
class WhatIfSession:
    """A session: the plan that is asked about, and the changes so far, which add up."""

    asked: AskedPlan
    gap: float
    time_limit: float
    own: Language
    changes: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Reads lines until there are no more."""
        data = self.asked.inventory
        own = self.own
        say(
            own.text("What if, of {programme}: type a change, `help` or `quit`.", programme=own.name(data.programme)[0])
        )
        if own.draft:
            say(own.draft)
        while (line := self._read()) is not None and line not in ("quit", "exit"):
            if line:
                self._answer(line)

    def _read(self) -> str | None:
        """The next line; None at the end."""
        if sys.stdin.isatty():
            try:
                return input(f"{self.own.text('what if')}> ").strip()
            except EOFError:
                say("")
                return None
        line = sys.stdin.readline()
        return line.strip() if line else None

    def _answer(self, line: str) -> None:
        """One line, answered; a mistake is said in a line, and changes nothing."""
        word, _, rest = line.partition(" ")
        try:
            if line == "help":
                say("\n".join(self._help()))
            elif line == "list":
                say("\n".join(self.changes) or self.own.text("no change yet"))
            elif line == "undo":
                self._undo()
            elif word == "save":
                self._save(rest.strip())
            else:
                self._change(word, line)
        except InvalidInventory as error:
            for problem in error.problems:
                if problem.severity == "error":
                    complain(problem.message)
        except NoPlan as error:
            complain(worded(error))
            for one in error.lines:
                complain(worded(one))
            complain(self.own.text("not kept"))
        except UserError as error:
            complain(worded(error))

    def _change(self, word: str, line: str) -> None:
        """A change, or what is none."""
        if "=" not in line and word not in ("force", "forbid", "delay"):
            raise UserError(f"{show(line)} changes no figure; write PATH=VALUE; `help` says what else may be typed")
        self._ask([*self.changes, line])

    def _ask(self, changes: list[str]) -> None:
        found = self.asked.what_if(changes, self.gap, self.time_limit, self.own)
        self.changes = changes
        print_wide(WhatIfPage(found, self.own, brief=True))

    def _help(self) -> Iterator[str]:
        """What may be typed, with what it does in lines that fit a terminal."""
        for typed, does in WORDS:
            first, *more = wrap(self.own.text(does), _WIDTH - _TYPED)
            yield f"{typed:{_TYPED}}{first}"
            yield from (" " * _TYPED + line for line in more)

    def _undo(self) -> None:
        if not self.changes:
            say(self.own.text("no change yet"))
            return
        say(self.own.text("taken back: {change}", change=self.changes.pop()))
        if self.changes:
            self._ask(self.changes)

    def _save(self, name: str) -> None:
        if not name:
            raise UserError("give the scenario a name, as in `save less-money`")
        if not self.changes:
            raise UserError("there is no change yet to be kept as a scenario")
        figures = consolidate.figures_only(self.changes)
        try:
            path = consolidate.save_scenario(self.asked.folder, name, figures, scenario=self.asked.scenario)
        except InvalidArgument as error:  # here it is no option
            raise UserError(f"save {error.value}: {error.reason}") from None
        say(saved_line(self.own, path, name))
