"""``consolidate whatif`` without a change: changes typed one after the other, each answered at once, and undone."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import consolidate
from consolidate.cli.answers import AskedPlan
from consolidate.cli.console import complain, print_wide, say
from consolidate.cli.remedies import worded
from consolidate.cli.whatif_page import WhatIfPage
from consolidate.errors import InvalidInventory, NoPlan, UserError

HELP = """\
capital.onewales.2017/18=-10%         change a figure; relative with a sign (-10%, +5_000), else as in a file
force torfaen/email=2018/19 Q1        it cuts over in that quarter; or =rehost, =2 (its second option)
forbid torfaen/email=rehost           the same, forbidden; force and forbid SERVICE: built, or not
delay 4                               nothing begins in the next four open quarters
undo                                  take the last change back
list                                  the changes so far
save NAME                             keep the figures as a scenario
quit                                  (or Ctrl-D) end; nothing is kept but what was saved"""


@dataclass
class WhatIfSession:
    """A session: the plan that is asked about, and the changes so far, which add up."""

    asked: AskedPlan
    gap: float
    time_limit: float
    changes: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Reads lines until there are no more."""
        data = self.asked.inventory
        say(f"What if, of {data.programme}: type a change, `help` or `quit`.")
        while (line := self._read()) is not None and line not in ("quit", "exit"):
            if line:
                self._answer(line)

    def _read(self) -> str | None:
        """The next line; None at the end."""
        if sys.stdin.isatty():
            try:
                return input("what if> ").strip()
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
                say(HELP)
            elif line == "list":
                say("\n".join(self.changes) or "no change yet")
            elif line == "undo":
                self._undo()
            elif word == "save":
                self._save(rest.strip())
            else:
                self._ask([*self.changes, line])
        except InvalidInventory as error:
            for problem in error.problems:
                if problem.severity == "error":
                    complain(problem.message)
        except NoPlan as error:
            complain(worded(error))
            for one in error.lines:
                complain(worded(one))
            complain("not kept")
        except UserError as error:
            complain(worded(error))

    def _ask(self, changes: list[str]) -> None:
        found = self.asked.what_if(changes, self.gap, self.time_limit)
        self.changes = changes
        print_wide(WhatIfPage(found, brief=True))

    def _undo(self) -> None:
        if not self.changes:
            say("no change yet")
            return
        say(f"taken back: {self.changes.pop()}")
        if self.changes:
            self._ask(self.changes)

    def _save(self, name: str) -> None:
        figures = consolidate.figures_only(self.changes)
        path = consolidate.save_scenario(self.asked.folder, name, figures, scenario=self.asked.scenario)
        say(f"{path}: says the same; `consolidate plan --scenario {name}` plans it")
