"""What breaks a rule of the house today: a name goes once it keeps the rule (a test says so), and none is added."""

from __future__ import annotations

LONG_FUNCTIONS: frozenset[str] = frozenset()
"""Functions of more lines than allowed."""

LONG_CLASSES: frozenset[str] = frozenset({})
"""Classes of more lines than allowed."""

MANY_ARGUMENTS: frozenset[str] = frozenset()
"""Functions of more arguments than allowed."""

WITHOUT_DOCSTRING: frozenset[str] = frozenset({})
"""Public functions and classes without a docstring."""

CLASSES_NAMED_TWICE: frozenset[str] = frozenset()
"""Public classes whose name another has as well."""

PRIVATE_IMPORTS: frozenset[str] = frozenset()
"""Private names imported from another module."""

MESSAGES: frozenset[str] = frozenset()
"""Messages that name a command, an option or how to install, outside of the command line."""

COMMANDS_WITHOUT_FUNCTION: frozenset[str] = frozenset()
"""Commands whose work is no public function yet."""

WRITERS: frozenset[str] = frozenset(
    {
        "cache_folder: os.open",  # reads, without following a link
        "cli.app: open",
        "cli.app: os.open",
    }
)
"""Calls that write files, outside of the module that owns that."""

MONEY_AND_PLURALS: frozenset[str] = frozenset()
"""Amounts and plurals put into words outside of the modules that own that."""
