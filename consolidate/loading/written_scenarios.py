"""A scenario's changes as edits of the inventory's own files: what these would hold if the scenario were what is.

Nothing is written here. What the edited files mean is read from their texts as from files, and is held against the
inventory with the scenario laid over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from consolidate.errors import InvalidInventory, UserError
from consolidate.inventory import Inventory
from consolidate.loading import inventory_of
from consolidate.loading import sources as folders
from consolidate.loading.figure_paths import figures
from consolidate.loading.sources import SUFFIX, Sources
from consolidate.yaml_files.copying import SourceText, same
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Node, Place, Seq, list_at, map_at, text_at
from consolidate.yaml_files.parser import parse
from consolidate.yaml_files.text_editing import NotEditable, edited_text
from consolidate.yaml_files.text_files import decoded

_BOM = b"\xef\xbb\xbf"
_SCHEMA_LINE = re.compile(r"# yaml-language-server: \$schema=\.\./(.*)scenario\.schema\.json\s*")


@dataclass(frozen=True)
class FileEdit:
    """What becomes of a file of the inventory.

    Attributes:
        path: within the inventory's folder.
        old: what it holds; None where there is none.
        new: what it is to hold; None where it goes.
        figures: how many figures are not as they were.
    """

    path: str
    old: bytes | None
    new: bytes | None
    figures: int


@dataclass(frozen=True)
class WrittenScenario:
    """A scenario written into the inventory.

    Attributes:
        title, description: as the scenario's file has them.
        files: what becomes of each file that is not to stay as it is; the scenario's own, which goes, last.
        inventory: what the inventory is then.
    """

    title: str
    description: str
    files: tuple[FileEdit, ...]
    inventory: Inventory


def write_in(folder: Path, laid_over: Inventory) -> WrittenScenario:
    """The edits that make an inventory what it is with a scenario laid over it.

    Args:
        folder: the inventory's.
        laid_over: the same with the scenario, as it is loaded.

    Raises:
        UserError: they cannot be made, or would not mean the same; names the file.
    """
    assert laid_over.scenario is not None
    return _Writer(folder, laid_over.scenario).written(laid_over)


@dataclass
class _Writer:
    """The files without and with a scenario, and what is made of them."""

    folder: Path
    scenario: str
    base: Sources = field(init=False)
    over: Sources = field(init=False)
    origin: SourceText = field(init=False)
    edits: list[FileEdit] = field(default_factory=list)
    edited: Sources = field(init=False)

    def __post_init__(self) -> None:
        self.base, self.over, self.edited = (folders.open_folder(self.folder) for _ in range(3))
        for sources, scenario in ((self.base, None), (self.over, self.scenario)):
            findings = Findings()
            folders.read(sources, scenario, findings)
            if findings.failed:  # there was nothing wrong when it was loaded
                raise self._changed(self.base.shown)
        own = f"scenarios/{self.scenario}{SUFFIX}"
        self.origin = SourceText(self.over.path_of(own), dict(self.over.texts)[own])

    def written(self, laid_over: Inventory) -> WrittenScenario:
        before, after = _by_file(self.base), _by_file(self.over)
        for path in sorted({*before, *after}, key=_order):
            self._edit(path, before.get(path), after.get(path))
        own = f"scenarios/{self.scenario}{SUFFIX}"
        self.edits.append(FileEdit(own, self._bytes(own), None, 0))
        head = parse(self.origin.text, self.origin.shown, Findings()) or map_at(Place(own), ())
        title, description = (str(head.get(key, "")) for key in ("scenario", "description"))
        return WrittenScenario(title, description, tuple(self.edits), self._read_again(laid_over))

    def _edit(self, path: str, old: Map | None, new: Map | None) -> None:
        """Makes a file mean what it is to mean, and reads the text as it is then."""
        if old is None and not new:
            return
        before = None if old is None else self._bytes(path)
        wanted = None if not new else _with_plain_dates(new)
        text, data = None, None
        if wanted is not None:
            data = self._new_file(path, wanted) if before is None else self._edited(path, before, old, wanted)
            text = decoded(data, path, Findings())
        if before != data:
            self.edits.append(FileEdit(path, before, data, _figures_changed(path, old, new)))
        if text is None:
            return
        found = parse(text, self.edited.path_of(path), Findings())
        if found is None or wanted is None or not same(found, wanted):
            raise self._cannot(path)
        self.edited.texts.append((path, text))
        if path == "programme.yaml":
            self.edited.programme = found
        elif path == "services.yaml":
            self.edited.services = found
        else:
            self.edited.partners[Path(path).stem] = found

    def _edited(self, path: str, before: bytes, old: Map | None, wanted: Map) -> bytes:
        if old is not None and same(old, wanted):
            return before
        mark = _BOM if before.startswith(_BOM) else b""
        try:
            return mark + edited_text(before.removeprefix(_BOM).decode(), wanted, self.origin).encode()
        except (NotEditable, UnicodeError):
            raise self._cannot(path) from None

    def _new_file(self, path: str, node: Map) -> bytes:
        kind = {"programme.yaml": "programme", "services.yaml": "services"}.get(path, "partner")
        schema = _SCHEMA_LINE.match(self.origin.text)
        up = "../" * path.count("/")  # a scenario lies one folder below the inventory's
        head = f"# yaml-language-server: $schema={up}{schema[1]}{kind}.schema.json\n" if schema else ""
        return (head + self.origin.file(node)).encode()

    def _bytes(self, path: str) -> bytes:
        """What a file holds, which must be what was read; a link is never written through."""
        file = self.folder / path
        if file.is_symlink():
            raise UserError(
                f"{self.base.path_of(path)}: is a link, through which nothing is written; put the file here"
            )
        try:
            data = file.read_bytes()
        except OSError:
            data = b""
        if decoded(data, path, Findings()) != dict(self.over.texts)[path]:
            raise self._changed(self.base.path_of(path))
        return data

    def _read_again(self, laid_over: Inventory) -> Inventory:
        """The inventory that the edited texts are; it is the one with the scenario, but for what it was made from."""
        edited, base = self.edited, self.base
        edited.progress, edited.progress_texts = dict(base.progress), list(base.progress_texts)
        try:
            found = inventory_of(edited, None, Findings())
        except InvalidInventory as error:
            first = next(one for one in error.problems if one.severity == "error")
            raise self._cannot(first.path.removeprefix(f"{base.shown}/")) from None
        if _meaning(found) != _meaning(laid_over):
            raise self._cannot(self.edits[0].path)
        return found

    @staticmethod
    def _changed(shown: str) -> UserError:
        return UserError(f"{shown}: was changed by somebody else meanwhile; try again")

    def _cannot(self, path: str) -> UserError:
        return UserError(
            f"{self.base.path_of(path)}: what the scenario {show(self.scenario)} changes cannot be written into it; "
            "change it by hand, and plan that"
        )


def _meaning(inventory: Inventory) -> Inventory:
    """An inventory without what says from which files, and lines, it was made."""
    systems = {id: replace(system, place="") for id, system in inventory.systems.items()}
    return replace(inventory, scenario=None, content_hash="", warnings=(), systems=systems)


def _by_file(sources: Sources) -> dict[str, Map]:
    """The tree of each file, by path."""
    found = {"programme.yaml": sources.programme, "services.yaml": sources.services}
    partners = {f"partners/{partner}{SUFFIX}": node for partner, node in sources.partners.items()}
    return {path: node for path, node in (found | partners).items() if node is not None}


def _order(path: str) -> tuple[int, str]:
    """The order in which files are read, and count in the hash."""
    return (("programme.yaml", "services.yaml").index(path) if "/" not in path else 2), path


def _with_plain_dates(node: Map) -> Map:
    """A tree in which an end of life that was written as a plain date is one again.

    Laying a scenario over makes it ``{software: …}``, whose key does not stand in the braces, for there are none.
    """
    made = _plain_dates(node)
    assert isinstance(made, Map)
    return made


def _plain_dates(node: Node) -> Node:
    if isinstance(node, Seq):
        return list_at(node, map(_plain_dates, node))
    if not isinstance(node, Map):
        return node
    return node.copy_of((key, _plain_dates(_plain_date(key, value))) for key, value in node.items())


def _plain_date(key: str, value: Node) -> Node:
    if key != "end_of_life" or not isinstance(value, Map) or list(value) != ["software"]:
        return value
    inner = value.key("software")
    derived = inner.source != value.source or (inner.line, inner.column) < (value.line, value.column)
    return value["software"] if derived else value


def _figures_changed(path: str, old: Map | None, new: Map | None) -> int:
    """How many figures of a file are not what they were, new ones and those that go included."""
    before, after = dict(_figures(path, old)), dict(_figures(path, new))
    return sum(before.get(name) != after.get(name) for name in {*before, *after})


def _figures(path: str, node: Map | None) -> Iterator[tuple[str, str]]:
    if node is None:
        return
    place, name = Place(path), path.removesuffix(SUFFIX)
    tree: Mapping[str, Node | None] = {name: node}
    if name == "services":
        tree = {name: node.get("services")}
    elif name.startswith("partners/"):
        tree = {"partners": map_at(place, [(text_at(place, name.removeprefix("partners/")), node)])}
    yield from figures(map_at(place, [(text_at(place, key), part) for key, part in tree.items() if part is not None]))
