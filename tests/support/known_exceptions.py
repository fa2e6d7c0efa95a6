"""What breaks a rule of the house today: a name goes once it keeps the rule (a test says so), and none is added."""

from __future__ import annotations

LONG_FUNCTIONS: frozenset[str] = frozenset()
"""Functions of more lines than allowed."""

LONG_CLASSES: frozenset[str] = frozenset(
    {
        "cli.plan_summary: Summary",
    }
)
"""Classes of more lines than allowed."""

MANY_ARGUMENTS: frozenset[str] = frozenset()
"""Functions of more arguments than allowed."""

WITHOUT_DOCSTRING: frozenset[str] = frozenset(
    {
        "cli.console: complain",
        "cli.console: say",
        "cli.console: warn",
        "cli.plan_summary: Ink.bar",
        "cli.plan_summary: Ink.figure",
        "cli.plan_summary: Ink.line",
        "cli.plan_summary: Ink.money",
        "cli.plan_summary: Ink.of",
        "cli.plan_summary: Ink.sign",
        "cli.plan_summary: Ink.text",
        "cli.plan_summary: Summary.finish",
        "cli.plan_summary: Summary.headline",
        "cli.plan_summary: Summary.role",
        "cli.plan_summary: Summary.services",
        "cli.plan_summary: Summary.spent",
        "cli.plan_summary: Summary.unsupported",
        "cli.plan_summary: Summary.written",
        "cli.shares_summary: Screen.headline",
        "cli.shares_summary: Screen.least",
        "cli.shares_summary: Screen.name",
        "cli.shares_summary: Screen.pieces",
        "cli.shares_summary: Screen.scale",
        "cli.shares_summary: Screen.verdicts",
        "cli.shares_summary: Screen.words",
    }
)
"""Public functions and classes without a docstring."""

CLASSES_NAMED_TWICE: frozenset[str] = frozenset(
    {
        "Line",
    }
)
"""Public classes whose name another has as well."""

PRIVATE_IMPORTS: frozenset[str] = frozenset()
"""Private names imported from another module."""

MESSAGES: frozenset[str] = frozenset()
"""Messages that name a command, an option or how to install, outside of the command line."""

COMMANDS_WITHOUT_FUNCTION: frozenset[str] = frozenset()
"""Commands whose work is no public function yet."""

WRITERS: frozenset[str] = frozenset(
    {
        "cli.app: open",
        "cli.app: os.open",
    }
)
"""Calls that write files, outside of the module that owns that."""

MONEY_AND_PLURALS: frozenset[str] = frozenset()
"""Amounts and plurals put into words outside of the modules that own that."""
