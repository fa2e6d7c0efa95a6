"""What others use says what it is, and no two classes that they use bear one name."""

from __future__ import annotations

import ast
from collections import defaultdict

import known_exceptions
from source_tree import NAMES, Definition, apart, definitions, imports, module_of, parsed

PAIRS = ({"inventory", "loading.schema.models"},)
"""Modules that may share names of classes: what is read from a file, and what comes of it."""


def is_plain(one: Definition) -> bool:
    """Whether Python's own protocols say what it is, as for ``__post_init__``."""
    return one.node.name.startswith("__") and one.node.name.endswith("__")


def test_what_is_public_has_a_docstring() -> None:
    public = [one for one in definitions() if one.public and not is_plain(one)]
    assert not (
        said := apart(
            [one.name for one in public if not ast.get_docstring(one.node)], known_exceptions.WITHOUT_DOCSTRING
        )
    ), said


def test_every_module_has_a_docstring() -> None:
    assert [name for name, path in NAMES.items() if name != "__main__" and not ast.get_docstring(parsed(path))] == []


def test_no_class_name_is_used_twice() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for one in definitions():
        if one.is_class and one.public:
            homes[one.node.name].add(one.module)
    twice = [name for name, modules in homes.items() if len(modules) > 1 and modules not in PAIRS]
    assert not (said := apart(twice, known_exceptions.CLASSES_NAMED_TWICE)), said


def test_nobody_imports_a_private_name() -> None:
    found = [
        f"{name}: {full}"
        for name in NAMES
        for full in imports(name)
        if full.startswith("consolidate.") and full.rpartition(".")[2].startswith("_")
        if not full.endswith("__") and module_of(full) != name
    ]
    assert not (said := apart(found, known_exceptions.PRIVATE_IMPORTS)), said
