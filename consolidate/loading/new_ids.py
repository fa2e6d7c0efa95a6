"""Ids that a scenario adds and that are much like one there is: more often misspelt than new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import Guesses, show
from consolidate.yaml_files.nodes import Map, Node, Text

ALIKE = 0.8
"""How alike (0 to 1) an id is to one there is that may be meant."""
_OF_PROGRAMME = {"tiers": "tier", "roles": "role", "capital": "pot"}


def warn_of_near_ids(tree: Map, unread: Collection[str], changes: Map, findings: Findings) -> None:
    """Warns of ids that make something new, by the format, and names the one there is that is much like it.

    Other warnings at such an id would follow from the slip, and are not given.

    Args:
        tree: what the inventory's files hold: ``programme``, ``services`` by id, ``partners`` by id.
        unread: partners whose files cannot be read.
        changes: what a scenario lays over it.
        findings: where the warnings go.
    """
    guesses = Guesses()
    for what, prefix, known, below in _kinds(tree, unread, changes):
        removed = {id for id, value in below.items() if _is_null(value)}
        possible = sorted(id for id in known if id not in removed)
        jumbled = {_sorted(known_id): known_id for known_id in reversed(possible)}
        for id in below:
            if id in known or id in removed:
                continue
            guess = guesses.nearest(id, possible, ALIKE) or jumbled.get(_sorted(id))
            if guess is not None and not _differ_by_number(guess, id):  # with another number it is another thing
                so = f"there is no {what} {show(prefix + id)} in the inventory, so the scenario makes a new one"
                findings.doubt(below.key(id), f"{so}; did you mean {show(guess)}?")


def _kinds(tree: Map, unread: Collection[str], changes: Map) -> Iterator[tuple[str, str, Collection[str], Map]]:
    """Each kind of thing: what one is called, what stands before its id, the ids there are, what changes say of it."""
    for key, what in _OF_PROGRAMME.items():
        below = _at(changes, "programme", key)
        if isinstance(below, Map):
            yield what, "", _ids(_at(tree, "programme", key)), below
    sizes = {size for below in _maps(_at(tree, "programme", "approaches")) for size in below}
    for below in _maps(_at(changes, "programme", "approaches")):
        yield "size", "", sizes, below
    services, partners = changes.get("services"), changes.get("partners")
    if isinstance(services, Map):
        yield "service", "", _ids(tree.get("services")), services
    if not isinstance(partners, Map):
        return
    there = _ids(tree.get("partners"))
    yield "partner", "", {*there, *unread}, partners
    for partner in partners:
        systems = _at(partners, partner, "systems")
        if partner in there and isinstance(systems, Map):
            yield "system", f"{partner}/", _ids(_at(tree, "partners", partner, "systems")), systems


def _at(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Map) else None
    return node


def _maps(node: Node | None) -> Iterator[Map]:
    """The mappings below a mapping."""
    return (below for below in (node.values() if isinstance(node, Map) else ()) if isinstance(below, Map))


def _ids(node: Node | None) -> Collection[str]:
    return node if isinstance(node, Map) else ()


def _sorted(id: str) -> str:
    """The signs of an id in order: of short ones in which two have changed places, too few others are alike."""
    return "".join(sorted(id))


def _differ_by_number(one: str, other: str) -> bool:
    """Whether two ids have the same letters and other digits."""
    return _only(str.isalpha, one) == _only(str.isalpha, other) and _only(str.isdigit, one) != _only(str.isdigit, other)


def _only(kind: Callable[[str], bool], id: str) -> str:
    return "".join(filter(kind, id))


def _is_null(value: Node) -> bool:
    return isinstance(value, Text) and value.is_null
