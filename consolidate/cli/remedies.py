"""What would help, in the words of the command line: its commands and options."""

from __future__ import annotations

from dataclasses import replace

from consolidate.errors import InvalidArgument, Problem, Remedy, UserError, message_of
from consolidate.vocabulary import translatable

COMMANDS = {
    Remedy.PLAN: "run `consolidate plan`",
    Remedy.PLAN_AGAIN: "run `consolidate plan` again",
    Remedy.PLAN_FIRST: "run `consolidate plan` first, or name a plan.json that is there",
    Remedy.PLAN_THERE: "name a plan.json that is there",
    Remedy.DRAW_FIRST: "run `consolidate plan` first, or name with --out a folder in which it is drawn",
    Remedy.PLAN_FILE: "give a plan.json that `consolidate plan` wrote",
    Remedy.CERTIFICATE_FILE: "`consolidate plan` writes it",
    Remedy.WAYS_OUT: translatable("`consolidate plan` says what would help"),
    Remedy.MORE_TIME: translatable("give it more time with --time-limit"),
    Remedy.NEW_INVENTORY: "write it (`consolidate init` makes a first one in a new folder)",
    Remedy.WHICH_INVENTORY: "say which with --inventory",
    Remedy.OTHER_FOLDER: "name another folder with --out",
    Remedy.APPROVE_OR_NAME: "approve one (`consolidate approve PLAN --by WHO`), or name one with --plan",
    Remedy.WHO_APPROVES: 'say who, as in --by "SRS Board"',
    Remedy.CHOOSE_SCENARIO: "if that was chosen, have its changes written into the inventory with --scenario",
    Remedy.APPROVE_SCENARIO: "approve it first: consolidate approve PLAN --by WHO --scenario",
    Remedy.LATER_DAY: "give that day or a later one with --on, or take that file away if its date was a slip",
    Remedy.NEW_FOLDER: "name a new folder: consolidate init my-inventory",
    Remedy.GRAPHVIZ: "install it, or `pip install pygraphviz`",
    Remedy.REPORT_PACKAGES: "run: pip install 'consolidate-planner[board]'",
    Remedy.PARQUET_PACKAGE: "run: pip install 'consolidate-planner[parquet]'",
    Remedy.CLUSTER_PACKAGE: "run: pip install 'consolidate-planner[cluster]'",
    Remedy.SCHEDULER: "see that `dask scheduler` runs there, and that this machine can reach it",
    Remedy.START_WORKERS: "start some with `dask worker ADDRESS`, where consolidate-planner[cluster] is installed",
    Remedy.SAME_VERSIONS: "run `pip install` with the same constraints.txt where the workers are as here",
    Remedy.WHY_LOST: "see whether their machine is out of memory, and use fewer with --workers",
}


def worded(text: str | UserError) -> str:
    """A message, or that of an error, with its remedy as a command or an option."""
    if isinstance(text, InvalidArgument):
        return f"--{text.argument.replace('_', '-')} {text.value}: {worded(text.reason)}"
    return message_of(text).worded(COMMANDS)


def worded_problem(problem: Problem) -> Problem:
    """A problem with its remedy as a command or an option."""
    return replace(problem, message=worded(problem.message))
