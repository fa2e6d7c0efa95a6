"""What differs between the files of two inventories, key by key, and an inventory with some of it changed back.

A difference is named by its path (:mod:`consolidate.loading.figure_paths`). What is written otherwise and is the same
(``450_000``, ``450000``) is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.loading import inventory_of, sources
from consolidate.loading.figure_paths import FILES, path_of
from consolidate.loading.sources import Sources
from consolidate.vocabulary import counted
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.nodes import Map, Node, Seq, Text, list_at, map_at

_SHOWN = 60
"""So many letters of a value are shown."""

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class FileDifference:
    """A value that is not as it was: its ``path``, and as they are written the ``old`` one and the ``new`` one.

    None: it is not there. ``keys``: where it is in the files.
    """

    path: str
    old: str | None
    new: str | None
    keys: Keys


class InventoryPair:
    """An old and a new inventory with their files.

    Attributes:
        old, new: the inventories.
        differences: between their files, in the order of the files.

    Raises:
        InvalidInventory, UserError: one of them cannot be read, or they cannot be compared.
    """

    def __init__(self, old: str | Path, new: str | Path) -> None:
        self._old, self.old = _read(old)
        self._new, self.new = _read(new)
        if self.old.calendar != self.new.calendar:
            first = f"{self.old.label(0)} and {self.new.label(0)}"
            raise UserError(
                f"the inventories begin with different quarters or months ({first}), to which their costs are "
                "discounted: give two of the same start"
            )
        self.differences = tuple(_differing(_tree(self._old), _tree(self._new), ()))
        if self._old.progress_texts != self._new.progress_texts:
            self.differences += (_of_files("progress", self._old.progress, self._new.progress),)
        if self.old.approved_hash != self.new.approved_hash:
            self.differences += (FileDifference("approved", _approved(self.old), _approved(self.new), ("approved",)),)

    def changed_back(self, some: Sequence[FileDifference]) -> Inventory:
        """The new inventory with some differences as they were in the old one; with a hash of its own.

        Raises:
            InvalidInventory: it cannot be so, because of others that differ too.
        """
        tree, before = _tree(self._new), _tree(self._old)
        keys = {one.keys for one in some}
        for one in some:
            if one.keys[0] in FILES:
                tree = _put(tree, before, one.keys)
        reports = self._old if ("progress",) in keys else self._new
        note = "; ".join(f"{one.path} = {one.old}" for one in some)
        partners, services = tree["partners"], tree["services"]
        assert isinstance(partners, Map)
        changed = replace(
            self._new,
            programme=tree["programme"] if isinstance(tree["programme"], Map) else None,
            services=self._services(services),
            partners={id: node for id, node in partners.items() if isinstance(node, Map)},
            texts=[*self._new.texts, ("changed back", note)],
            progress=dict(reports.progress),
            progress_texts=list(reports.progress_texts),
        )
        inventory = inventory_of(changed, None, Findings())
        if ("approved",) in keys:
            inventory = replace(inventory, approved=self.old.approved, approved_hash=self.old.approved_hash)
        return inventory

    def _services(self, services: Node) -> Map | None:
        if self._new.services is None and not services:
            return None
        whole = self._new.services if self._new.services is not None else self._old.services
        assert whole is not None
        items = dict(whole)
        key = next((key for key in items if key == "services"), "services")
        return whole.copy_of((items | {key: services}).items())


def _read(folder: str | Path) -> tuple[Sources, Inventory]:
    found, findings = sources.open_folder(folder), Findings()
    sources.read(found, None, findings)
    kept = replace(found, partners=dict(found.partners), texts=list(found.texts), progress=dict(found.progress))
    return kept, inventory_of(found, None, findings)


def _tree(found: Sources) -> Map:
    """All files as one tree, with each of its three parts."""
    tree = sources.tree_of(found)
    nothing = map_at(tree, ())
    parts = ((file, tree.get(file, nothing)) for file in FILES)
    return map_at(tree, [(file, part if isinstance(part, Map) else nothing) for file, part in parts])


# -- differing ------------------------------------------------------------------------------------


def _differing(old: Node | None, new: Node | None, keys: Keys) -> Iterator[FileDifference]:
    if isinstance(old, Map) and isinstance(new, Map):
        for key in dict.fromkeys([*old, *new]):
            yield from _differing(old.get(key), new.get(key), (*keys, key))
    elif isinstance(old, Seq) and isinstance(new, Seq) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
            yield from _differing(one, other, (*keys, number))
    elif not _same(old, new):
        yield FileDifference(path_of(tuple(map(str, keys))), _text(old), _text(new), keys)


def _same(old: Node | None, new: Node | None) -> bool:
    if isinstance(old, Text) and isinstance(new, Text):
        return old == new or (old.plain and new.plain and _number(old) is not None and _number(old) == _number(new))
    return old is new or (type(old) is type(new) and old == new)


def _number(text: str) -> float | None:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


def _text(node: Node | None) -> str | None:
    if node is None:
        return None
    text = _flow(node)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _flow(node: Node) -> str:
    if isinstance(node, Map):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in node.items()) + "}"
    if isinstance(node, Seq):
        return "[" + ", ".join(map(_flow, node)) + "]"
    return " ".join(node.split())


def _of_files(name: str, old: dict[str, Map], new: dict[str, Map]) -> FileDifference:
    before, now = (counted(len(files), "report") if files else None for files in (old, new))
    return FileDifference(name, before, now, (name,))


def _approved(inventory: Inventory) -> str | None:
    return None if inventory.approved is None else f"a plan of {inventory.approved.objective:,.2f}"


# -- changing back --------------------------------------------------------------------------------


def _put(tree: Map, before: Map, keys: Keys) -> Map:
    """``tree`` with what stands at ``keys`` in ``before``; both have all the keys but the last."""
    changed = _with(tree, before, keys)
    assert isinstance(changed, Map)
    return changed


def _with(node: Node | None, before: Node | None, keys: Keys) -> Node | None:
    if not keys:
        return before
    key = keys[0]
    if isinstance(node, Seq) and isinstance(before, Seq) and isinstance(key, int):
        below = _with(node[key - 1], before[key - 1], keys[1:])
        assert below is not None
        return list_at(node, [*node[: key - 1], below, *node[key:]])
    if not isinstance(node, Map) or not isinstance(before, Map):
        return before
    value = _with(node.get(str(key)), before.get(str(key)), keys[1:])
    items = {one: other for one, other in node.items() if one != key}
    if value is not None:
        items[next((one for one in (*node, *before) if one == key), str(key))] = value
    return node.copy_of((one, items[one]) for one in _in_order(items, node, before))


def _in_order(items: dict[str, Node], node: Map, before: Map) -> list[str]:
    """Keys as they stand; a key that comes back, as it stood before: options are numbered in the order of keys."""
    if set(items) == set(node):
        return [key for key in node if key in items]
    return [*(key for key in before if key in items), *(key for key in items if key not in before)]
