"""Validates the tree of a file, and reports every fault at its place.

A file with faults is still read: what is faulty is taken out of a copy of the tree until the rest is valid, so
that rules between files can be checked in the same run.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import VERSION, BaseModel, ValidationError

from consolidate.loading.schema.fields import MOST_FAULTS, Fault, Known, TooManyFaults
from consolidate.yaml_files.findings import MOST_IN_A_FILE, Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Mark, Node, Seq, Text, list_at, text_at
from consolidate.yaml_files.syntax_errors import glued_colon

PYDANTIC_VERSION = VERSION
"""The version of what validates files."""

_Model = TypeVar("_Model", bound=BaseModel)
_Loc = tuple[int | str, ...]
_ROUNDS = 40
"""How often faulty parts may be taken out before a file is given up."""
_FIRST_PART = 4 * MOST_IN_A_FILE
"""How many keys and values of a file with too many faults are looked at first."""

_NONE: Mapping[str, Node] = types.MappingProxyType({})
_SPECIAL = {
    ("Then", "then"): "a second step has no `then` of its own; take it out",
}


def validate(
    model: type[_Model], node: Map, known: Known, findings: Findings, stand_ins: Mapping[str, Node] = _NONE
) -> tuple[_Model | None, Map]:
    """The model of a file and the tree that it was made from, faulty parts taken out of both.

    Args:
        node: the file's tree; it isn't changed.
        known: ids that may be referred to, and the calendar.
        findings: where the faults are reported.
        stand_ins: what to put in for missing keys that must be there, so that the rest can be read;
            the tree's ``lost`` names those that were put in.

    Returns:
        None in place of the model when nothing useful is left.
    """
    known.faults = 0
    try:
        return _validated(model, node, known, findings, stand_ins)
    except TooManyFaults:
        _report_the_first(model, node, known, findings)
        return None, node


def _validated(
    model: type[_Model], node: Map, known: Known, findings: Findings, stand_ins: Mapping[str, Node]
) -> tuple[_Model | None, Map]:
    """The same, of a file with not too many faults.

    Raises:
        TooManyFaults: there are too many.
    """
    meant: set[_Loc] = set()
    reported = False
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(node, context=known), node
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
        known.faults = 0
        if not reported and (misspelt := _misspelt(model, node, faults)):
            for fault in faults:
                if fault["loc"] in misspelt:
                    _report(model, node, fault, findings)
            meant |= {(*loc[:-1], key) for loc, key in misspelt.items()}
            node = cast(Map, _renamed(node, misspelt))
            continue
        for fault in faults if not reported else ():
            loc: _Loc = fault["loc"]
            if not any(loc[:size] in meant for size in range(1, len(loc) + 1)):  # below it something else may be meant
                _report(model, node, fault, findings)
        reported = True  # later faults follow from what was taken out
        faulty: dict[Any, Any] = {}
        missing = set()
        for fault in faults:
            for path in _faulty_paths(node, fault):
                if path:
                    _mark_faulty(faulty, path)
                elif fault["loc"] and fault["loc"][-1] in stand_ins:
                    missing.add(str(fault["loc"][-1]))
                else:
                    return None, node
        node = cast(Map, _without(node, faulty))
        node = node.copy_of([*node.items(), *((key, stand_ins[key]) for key in sorted(missing))], frozenset(missing))
    return None, node


def _misspelt(model: type[BaseModel], root: Map, faults: Iterable[Mapping[str, Any]]) -> dict[_Loc, str]:
    """Keys that are none, by their places, each with the one that was meant; the file is read as if it stood there.

    So neither that key is missing, nor is anything unknown that it defines. Where a key is there already, or another
    was taken for it, none is put in its place.
    """
    found: dict[_Loc, str] = {}
    taken: set[_Loc] = set()
    unknown = (fault["loc"] for fault in faults if fault["type"] == "extra_forbidden")
    for loc in islice(unknown, MOST_IN_A_FILE):  # of more, none is said
        above = _at(root, loc[:-1])[1] if len(loc) > 1 else root
        key = _key_meant(model, loc)
        if key is not None and isinstance(above, Map) and key not in above and (*loc[:-1], key) not in taken:
            found[loc] = key
            taken.add((*loc[:-1], key))
    return found


def as_meant(model: type[BaseModel], node: Map) -> Map:
    """A tree with the keys of its top level that were meant in place of misspelt ones; itself where there are none.

    What is to be known of a file before it is validated is read from that, as :func:`validate` reads the rest.
    """
    known = set(_keys(model))
    unknown = ({"type": "extra_forbidden", "loc": (key,)} for key in node if key not in known)
    misspelt = _misspelt(model, node, unknown)
    return cast(Map, _renamed(node, misspelt)) if misspelt else node


def _renamed(node: Node, misspelt: Mapping[_Loc, str]) -> Node:
    """A copy with the keys that were meant."""
    names: dict[Any, Any] = {}
    for loc, name in misspelt.items():
        inner = names
        for step in loc[:-1]:
            inner = inner.setdefault(step, (None, {}))[1]
        inner[loc[-1]] = (name, inner.get(loc[-1], (None, {}))[1])
    return _with_names(node, names)


def _with_names(node: Node, names: Mapping[Any, Any]) -> Node:
    """A copy with other names of keys, given as a tree: by step the name, None for its own, and what is below it."""
    if isinstance(node, Map):
        items = []
        for key, value in node.items():
            name, below = names.get(key, (None, None))
            items.append(
                (key if name is None else text_at(node.key(key), name), _with_names(value, below) if below else value)
            )
        return node.copy_of(items)
    if isinstance(node, Seq):
        entries = ((value, names.get(index)) for index, value in enumerate(node))
        return list_at(node, [value if named is None else _with_names(value, named[1]) for value, named in entries])
    return node


def _report_the_first(model: type[BaseModel], node: Map, known: Known, findings: Findings) -> None:
    """Reports the first faults of a file that has too many to be found at once.

    A growing part from its beginning is validated until enough faults are found; where the next part has too many,
    a smaller one is taken.
    """
    found: list[Any] = []
    part, cut = node, frozenset[int]()
    enough, too_many = 0, _size(node)
    while too_many - enough > 1 and len(found) < MOST_IN_A_FILE:
        size = min(max(2 * enough, _FIRST_PART), (enough + too_many) // 2)
        tried, left = _beginning(node, size)
        known.faults = 0
        try:
            model.model_validate(tried, context=known)
            faults = []
        except TooManyFaults:
            too_many = size
            continue
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
        enough, part, cut = size, tried, left
        found = [fault for fault in faults if not (fault["type"] == "missing" and _is_cut(part, fault["loc"], cut))]
    for fault in found:
        _report(model, part, fault, findings)
    findings.uncounted.add(node.source)
    findings.count(node, MOST_FAULTS)


def _size(node: Node) -> int:
    """How many keys and values there are in a tree, what aliases repeat counted again."""
    if isinstance(node, Map):
        return 1 + sum(1 + _size(value) for value in node.values())
    return 1 + sum(map(_size, node)) if isinstance(node, Seq) else 1


def _beginning(node: Map, size: int) -> tuple[Map, frozenset[int]]:
    """The first keys and values of a tree, some ``size`` of them, and the identities of the mappings cut short."""
    left, cut = [size], set[int]()

    def copy(node: Node) -> Node:
        left[0] -= 1
        if isinstance(node, Map):
            items = []
            for key, value in node.items():
                if left[0] <= 0:
                    break
                left[0] -= 1
                items.append((key, copy(value)))
            made = node.copy_of(items)
            if len(made) < len(node):
                cut.add(id(made))
            return made
        if isinstance(node, Seq):
            entries: list[Node] = []
            for value in node:
                if left[0] <= 0:
                    break
                entries.append(copy(value))
            return list_at(node, entries)
        return node

    return cast(Map, copy(node)), frozenset(cut)


def _is_cut(root: Map, loc: _Loc, cut: frozenset[int]) -> bool:
    """Whether the mapping that lacks a key lacks it because it was cut short."""
    return id(_at(root, loc[:-1])[1] if len(loc) > 1 else root) in cut


def _is_key(loc: _Loc) -> bool:
    return bool(loc) and loc[-1] == "[key]"


def _faulty_paths(root: Map, fault: Mapping[str, Any]) -> Iterable[_Loc]:
    """What to take out: faulty values, the mapping that lacks a key, the entry with a bad key."""
    loc: _Loc = fault["loc"]
    if fault["type"] == "missing" or _is_key(loc):
        return (loc[:-1],)
    _, node = _at(root, loc)
    error = fault["ctx"]["error"] if fault["type"] == "value_error" else None
    if isinstance(error, Fault) and isinstance(node, Map | Seq) and len(node) < 1_000:
        pairs = enumerate(node) if isinstance(node, Seq) else node.items()
        places = {id(place) for place, _ in error.parts}
        entries: list[_Loc] = [
            (*loc, key) for key, value in pairs if id(value) in places or (key in node and id(key) in places)
        ]
        if entries:
            return entries
    return (loc,)


def _mark_faulty(faulty: dict[Any, Any], path: _Loc) -> None:
    """Add a path to the tree of faulty parts."""
    for step in path[:-1]:
        inner = faulty.setdefault(step, {})
        if inner is None:
            return
        faulty = inner
    faulty[path[-1]] = None


def _without(node: Node, faulty: Mapping[Any, Any]) -> Node:
    """A copy without the faulty parts, given as a tree of steps that ends in None."""
    if isinstance(node, Map):
        kept = (
            (key, _without(value, faulty[key]) if key in faulty else value)
            for key, value in node.items()
            if faulty.get(key, ...) is not None
        )
        return node.copy_of(kept, lost=frozenset(map(str, faulty)))
    if isinstance(node, Seq):
        left = (
            _without(value, faulty[index]) if index in faulty else value
            for index, value in enumerate(node)
            if faulty.get(index, ...) is not None
        )
        return list_at(node, left)
    return node


def _at(root: Map, loc: _Loc) -> tuple[Mark, Node | None]:
    """The place of a fault (its value if there is one, else the nearest node above), and the value."""
    node: Node = root
    above: Mark = root
    for step in loc:
        if isinstance(node, Map) and step in node:
            above, node = node.key(str(step)), node[str(step)]
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
            above, node = node[step], node[step]
        else:
            return above, None
    if isinstance(node, Text) and node == "" and node.is_null:
        return above, node
    return node, node


def _report(model: type[BaseModel], root: Map, fault: Mapping[str, Any], findings: Findings) -> None:
    loc: _Loc = fault["loc"]
    kind = fault["type"]
    if findings.is_full(root.source):
        findings.count(_at(root, loc)[0], 1)
    elif kind == "missing":
        holder, _ = _at(root, loc[:-1])
        key = _key_of(root, loc[:-1]) or holder
        findings.add(key, f"`{loc[-1]}` is missing; {_example(model, loc)}")
    elif kind == "extra_forbidden":
        findings.add(_key_of(root, loc) or root, _unknown(model, loc, _at(root, loc)[1]))
    elif kind == "value_error":
        _report_fault(root, loc, fault["ctx"]["error"], findings)
    else:
        mark, node = _at(root, loc)
        if not findings.is_spoiled(mark):
            findings.add(mark, _wrong_shape(kind, node, model, loc))


def _report_fault(root: Map, loc: _Loc, error: Exception, findings: Findings) -> None:
    mark = _key_of(root, loc[:-1]) or root if _is_key(loc) else _at(root, loc)[0]
    parts = error.parts if isinstance(error, Fault) else [(None, str(error))]
    for place, message in parts:
        where = place or mark
        if isinstance(where, Text) and where == "" and where.is_null and place is None:
            where = mark
        if not findings.is_spoiled(where):
            findings.add(where, message)
    if isinstance(error, Fault):
        findings.count(mark, error.uncounted)


def _key_of(root: Map, loc: _Loc) -> Mark | None:
    """The key that ``loc`` ends in, or the list entry; None for the root."""
    if not loc:
        return None
    above = _at(root, loc[:-1])[1] if len(loc) > 1 else root
    if isinstance(above, Map):
        return above.key(str(loc[-1]))
    return _at(root, loc)[0]


def _wrong_shape(kind: str, node: Node | None, model: type[BaseModel], loc: _Loc) -> str:
    if isinstance(node, Text) and node.is_null:
        what = "no value here"
    elif isinstance(node, Text) and (glued := glued_colon(node)) is not None:
        return glued
    elif isinstance(node, Text):
        what = f"{show(node)} stands where more belongs"
    else:
        what = "a list where a mapping belongs" if isinstance(node, Seq) else "a mapping where a list belongs"
    if kind == "list_type":
        return f"{what}; write a list, with each entry after `- `"
    inner = _model_at(model, loc)
    keys = f" (such as {', '.join(f'`{key}`' for key in _keys(inner)[:3])})" if inner is not None else ""
    return f"{what}; write a mapping, `key: value`{keys}, or `{{}}` for none"


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _unknown(model: type[BaseModel], loc: _Loc, value: Node | None) -> str:
    inner = _model_at(model, loc[:-1])
    word = str(loc[-1])
    if inner is None:
        return f"unknown key {show(word)}; take it out"
    special = _SPECIAL.get((inner.__name__, word))
    if special is not None:
        return special
    glued = glued_colon(word)
    if glued is not None and word.partition(":")[0] in _keys(inner):
        return glued
    guess = _key_meant(model, loc)
    if guess is not None:
        return f"unknown key {show(word)}; did you mean `{guess}`?"
    if isinstance(value, Text) and value == "" and value.plain:
        return f"unknown key {show(word)} without a value; within braces a comma ends a text: quote one that holds it"
    return f"unknown key {show(word)}; the keys here are {', '.join(_keys(inner))}"


def _key_meant(model: type[BaseModel], loc: _Loc) -> str | None:
    """The key that is most like one that is none."""
    inner, word = _model_at(model, loc[:-1]), str(loc[-1])
    if inner is None or (inner.__name__, word) in _SPECIAL or glued_colon(word) is not None:
        return None
    return nearest(word, _keys(inner))


def _example(model: type[BaseModel], loc: _Loc) -> str:
    inner = _model_at(model, loc[:-1])
    for name, field in inner.model_fields.items() if inner is not None else ():
        if (field.alias or name) == loc[-1] and field.examples:
            return f"write `{loc[-1]}: {_yaml(field.examples[0])}`"
    return f"write `{loc[-1]}`"


def _yaml(example: Any) -> str:
    if isinstance(example, dict):
        return "{" + ", ".join(f"{key}: {_yaml(value)}" for key, value in example.items()) + "}"
    if isinstance(example, list):
        return "[" + ", ".join(map(_yaml, example)) + "]"
    return f"{example:_}" if isinstance(example, int) else str(example)


def _model_at(model: type[BaseModel], loc: _Loc) -> type[BaseModel] | None:
    """The model that validates the value at ``loc``."""
    here: Any = model
    for step in loc:
        here = _model_in(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = here.model_fields.items()
            here = next((field.annotation for name, field in fields if (field.alias or name) == step), None)
        elif get_origin(here) in (dict, list):
            here = get_args(here)[-1]
        else:
            return None
    here = _model_in(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _model_in(annotation: Any) -> Any:
    """A type without its `| None` and its annotations."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next((part for part in get_args(annotation) if part is not type(None)), None)
    if hasattr(annotation, "__metadata__"):
        return _model_in(get_args(annotation)[0])
    return annotation
