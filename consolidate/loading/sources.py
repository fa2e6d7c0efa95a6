"""The inventory's folder: which files there are, what each holds, a scenario laid over them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from consolidate.errors import Message, Remedy, UserError
from consolidate.loading.figure_paths import FILES, FigureChange, overlay_of
from consolidate.loading.kept_partner import KeptPartner, TreeNeeded
from consolidate.loading.new_ids import warn_of_near_ids
from consolidate.loading.overlays import composed, merge, nothing_to_remove, to_apportion_otherwise, without_nulls
from consolidate.loading.schema.fields import Fault, identifier
from consolidate.output_sets import put_back_interrupted
from consolidate.quarters import Calendar
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Map, Place, Text, map_at, text_at
from consolidate.yaml_files.parser import MAX_NODES_IN_ALL, parse
from consolidate.yaml_files.text_files import contained, inventory_text

SUFFIX = ".yaml"
"""How the name of every file of an inventory ends."""
_SCENARIO_KEYS = ("scenario", "description", *FILES)
MAX_SYSTEMS = 50_000
"""How many systems there may be in all partners' files together: three times as many as
a nation of fifty partners has, at about 5 kB of memory each."""
ROOT_FILES = ("programme.yaml", "services.yaml")
"""Files that lie in the inventory's folder itself."""


class PartnerMemory(Protocol):
    """What is known of files that were loaded before."""

    def begin(
        self, sources: Sources, texts: Sequence[tuple[str, str]], laid_over: Map | None, changed: Iterable[str]
    ) -> None:
        """Told once programme and services are read, and no partner.

        Args:
            sources: with the texts that were read.
            texts, laid_over: of the scenario that will be laid over it, and what it says; nothing where there is none.
            changed: partners over whose files something else will be laid.
        """

    def find(self, partner: str, text: str) -> KeptPartner | None:
        """What was made of a partner's file with this text; None where that is not known."""


@dataclass
class Sources:
    """What the files hold, a scenario already laid over them.

    ``programme`` is None, ``services_read`` false or a partner in ``unread`` where a file can't be read.
    ``texts``: path within the folder and content of each file read, for the hash.
    """

    folder: Path
    shown: str
    programme: Map | None = None
    services: Map | None = None
    services_read: bool = True
    partners: dict[str, Map] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    texts: list[tuple[str, str]] = field(default_factory=list)
    progress: dict[str, Map] = field(default_factory=dict)
    """Reports by path within the folder; ``progress_texts`` as ``texts``: they have a hash of their own."""
    progress_texts: list[tuple[str, str]] = field(default_factory=list)
    later: dict[str, Map] = field(default_factory=dict)
    """Reports on quarters after the last that counts: they only complete what those that count leave open."""
    overlay: Map | None = None
    """All that was laid over the files, as one scenario would say it."""
    kept: dict[str, KeptPartner] = field(default_factory=dict)
    """What is known of partners' files whose trees were not read; ``partners`` has the rest of these."""
    partner_texts: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Of partners whose trees were read, the file's text, and how many keys and values it holds."""

    def path_of(self, relative: str) -> str:
        """A file's path as the user would name it."""
        return f"{self.shown}/{relative}"

    def hash(self, lookups: Iterable[tuple[str, str, str]] = ()) -> str:
        """sha256 of the files' contents and of the look-ups used (product, release, date), as hex.

        Independent of line endings, byte-order marks and of where the folder is.
        """
        return _hash((*self.texts, *sorted(set(lookups))))

    def progress_hash(self, among: Collection[str] | None = None) -> str:
        """The same of the reports, or of those of these paths alone."""
        return _hash(entry for entry in self.progress_texts if among is None or entry[0] in among)


def _hash(entries: Iterable[tuple[str, ...]]) -> str:
    digest = hashlib.sha256()
    for parts in entries:
        for part in parts:
            data = part.encode()
            digest.update(b"%d:" % len(data) + data)
        digest.update(b"\n")
    return digest.hexdigest()


def open_folder(folder: str | Path) -> Sources:
    """The folder, before anything in it is read. What an interrupted run left half done is put back first.

    Raises:
        UserError: there is no such folder, it holds none, or it cannot be put back.
    """
    shown = str(folder).rstrip("/\\") or str(folder)
    path = Path(folder)
    try:
        if not path.is_dir():
            what = "is not a folder" if path.exists() else "is not there"
            raise UserError(f"the inventory {show(shown)} {what}; name the folder that holds programme.yaml")
    except (OSError, ValueError):
        raise UserError(f"the inventory {show(shown)} can't be opened; name a folder that can") from None
    put_back_interrupted(path)
    if not os.path.lexists(path / "programme.yaml") and not os.path.lexists(path / "partners"):
        if (path / "inventory" / "programme.yaml").is_file():
            raise UserError(f"there is no inventory in {show(shown)}; did you mean {show(f'{shown}/inventory')}?")
        if (path / "plan.json").is_file():
            raise UserError(f"there is a plan in {show(shown)}, and no inventory; name the folder of programme.yaml")
    return Sources(path, shown)


def _entries(sources: Sources, relative: str, findings: Findings) -> list[str]:
    """Names in a folder of the inventory, hidden ones left out, sorted; none if it isn't there."""
    path = sources.folder / relative
    if not os.path.lexists(path):
        return []
    place = Place(sources.path_of(relative))
    if not contained(path, sources.folder):
        findings.add(place, "a link that leads out of the inventory; put the folder itself here")
        return []
    try:
        return sorted(name for name in os.listdir(path) if not name.startswith("."))
    except OSError as error:
        findings.add(place, f"can't be listed ({error.strerror}); make it a readable folder")
        return []


def read(
    sources: Sources,
    scenario: str | None,
    findings: Findings,
    changes: Iterable[FigureChange] = (),
    memory: PartnerMemory | None = None,
) -> None:
    """Reads programme, services, partners, and lays the scenario and then the changes over them.

    A partner's file that ``memory`` knows is not read as a tree, if nothing is laid over it.

    Raises:
        TreeNeeded: something is wrong with a change, which a tree that was not read would say more of.
        UserError: there is no such scenario, or no figure that one of the changes could change.
    """
    _refuse_links_out(sources, findings)
    sources.programme = _read_file(sources, "programme.yaml", findings)
    if os.path.lexists(sources.folder / "services.yaml"):
        sources.services = _read_file(sources, "services.yaml", findings)
        sources.services_read = sources.services is not None
    own_texts: list[tuple[str, str]] = []
    laid_over = None if scenario is None else _read_scenario(sources, scenario, findings, own_texts)
    changes = tuple(changes)
    changed = [partner for change in changes if (partner := change.partner) is not None]
    if memory is not None and len(changed) == len(changes) and (scenario is None or laid_over is not None):
        memory.begin(sources, own_texts, laid_over, changed)
    _read_partners(sources, findings, memory)
    _read_progress(sources, findings)
    sources.texts += own_texts
    if laid_over is not None:
        _scenario_keys(laid_over, findings)
        warn_of_near_ids(tree_of(sources), sources.unread, laid_over, findings)
        _lay_over(sources, laid_over, findings)
    for change in changes:
        _lay_over(sources, _overlay_of(sources, change, findings), findings)
        sources.texts.append(("change", str(change)))
    if not sources.partners and not sources.unread:
        place = Place(sources.path_of("partners"))
        findings.add(place, "no partner; write a file for each, such as partners/torfaen.yaml")


def _overlay_of(sources: Sources, change: FigureChange, findings: Findings) -> Map:
    """What a change lays over the files: nothing over a partner's whose tree was not read."""
    try:
        overlay = overlay_of(tree_of(sources), change, findings)
    except UserError:
        if sources.kept:  # the message may name what stands in other trees
            raise TreeNeeded from None
        raise
    below = overlay.get("partners", ())
    if sources.kept and not (
        [*overlay] == ["partners"] and isinstance(below, Map) and sources.kept.keys().isdisjoint(below)
    ):
        raise TreeNeeded
    return overlay


def _refuse_links_out(sources: Sources, findings: Findings) -> None:
    """Reports every link in the folder that leads out of it, whether it would be read or written to; hidden ones are
    left out, for they are neither."""
    for folder, folders, files in os.walk(sources.folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in (*folders, *files):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_symlink() and not contained(path, sources.folder):
                what = "folder" if path.is_dir() else "file"
                shown = sources.path_of(path.relative_to(sources.folder).as_posix())
                findings.add(Place(shown), f"a link that leads out of the inventory; put the {what} itself here")


def _read_file(
    sources: Sources, relative: str, findings: Findings, texts: list[tuple[str, str]] | None = None
) -> Map | None:
    text = _text_of(sources, relative, findings, texts)
    return None if text is None else parse(text, sources.path_of(relative), findings)


def _text_of(
    sources: Sources, relative: str, findings: Findings, texts: list[tuple[str, str]] | None = None
) -> str | None:
    shown = sources.path_of(relative)
    path = sources.folder / relative
    if not os.path.lexists(path):
        findings.add(Place(shown), Message("no such file; ", Remedy.NEW_INVENTORY))
        return None
    text = inventory_text(path, shown, sources.folder, findings)
    if text is not None:
        (sources.texts if texts is None else texts).append((relative, text))
    return text


def _read_partners(sources: Sources, findings: Findings, memory: PartnerMemory | None) -> None:
    count = 0
    for name in _entries(sources, "partners", findings):
        stem, suffix = os.path.splitext(name)
        relative = f"partners/{name}"
        place = Place(sources.path_of(relative))
        if suffix != SUFFIX:
            _stray_partner(sources, name, place, findings)
            continue
        try:
            identifier(_quoted(stem))
        except Fault as fault:
            findings.add(place, f"the file's name is the partner's id: {fault}")
            sources.unread.add(stem)
            continue
        node = _read_partner(sources, stem, findings, memory)
        if node is None or _are_too_many(node, count, findings):
            sources.unread.add(stem)
        else:
            sources.partners[stem] = node
            count += _number_of_systems(sources, stem)
    if sources.kept and (count > MAX_SYSTEMS or findings.nodes > MAX_NODES_IN_ALL):
        raise TreeNeeded  # which says where there were too many


def _read_partner(sources: Sources, partner: str, findings: Findings, memory: PartnerMemory | None) -> Map | None:
    """A partner's tree; of a file that is known, all but its systems."""
    relative = f"partners/{partner}{SUFFIX}"
    text = _text_of(sources, relative, findings)
    if text is None:
        return None
    kept = memory.find(partner, text) if memory is not None else None
    if kept is not None:
        sources.kept[partner] = kept
        findings.nodes += kept.nodes
        return kept.head
    before = findings.nodes
    node = parse(text, sources.path_of(relative), findings)
    sources.partner_texts[partner] = text, findings.nodes - before
    return node


def _are_too_many(node: Map, others: int, findings: Findings, said: Map | None = None) -> bool:
    """Whether a partner's systems are more than there may be beside those of the others; if so, it is reported.

    Args:
        node: all that its file, and changes of it, say.
        others: how many systems the others have.
        findings: where it is reported.
        said: what says so, if not ``node`` itself.
    """
    own = _number_below(node)
    if not own or own + others <= MAX_SYSTEMS:
        return False
    findings.add((said or node).key("systems"), f"more than {MAX_SYSTEMS:,} systems in all; that is no inventory")
    return True


def _number_of_systems(sources: Sources, partner: str) -> int:
    kept = sources.kept.get(partner)
    return _number_below(sources.partners[partner]) if kept is None else len(kept.systems)


def _number_below(node: Map) -> int:
    below = node.get("systems")
    return len(below) if isinstance(below, Map) else 0


def _quoted(text: str) -> Text:
    word = Text(text)
    word.plain = False
    return word


def _stray_partner(sources: Sources, name: str, place: Place, findings: Findings) -> None:
    stem, suffix = os.path.splitext(name)
    if suffix.lower() in (".yml", SUFFIX):
        findings.add(place, f"files end in .yaml here; rename it {show(stem + '.yaml')}")
        sources.unread.add(stem)
    else:
        findings.warn(place, "nothing reads this; a partner's file is named after its id, such as torfaen.yaml")


def _read_progress(sources: Sources, findings: Findings) -> None:
    for name in _entries(sources, "progress", findings):
        stem, suffix = os.path.splitext(name)
        place = Place(sources.path_of(f"progress/{name}"))
        if suffix.lower() in (".yml", SUFFIX) and suffix != SUFFIX:
            findings.add(place, f"files end in .yaml here; rename it {show(stem + SUFFIX)}")
        elif suffix != SUFFIX:
            findings.warn(place, "nothing reads this; a report is named after its quarter, such as 2016-17-Q1.yaml")
        else:
            node = _read_file(sources, f"progress/{name}", findings, sources.progress_texts)
            if node is not None:
                sources.progress[f"progress/{name}"] = node


def forget_after(sources: Sources, last: int, calendar: Calendar) -> None:
    """Sets the reports on quarters after ``last`` aside; what names no quarter stays, to be reported."""
    for path, node in list(sources.progress.items()):
        try:
            late = calendar.quarter(str(node["quarter"])) > last
        except (KeyError, ValueError):
            late = False
        if late:
            sources.later[path] = sources.progress.pop(path)
            sources.progress_texts = [entry for entry in sources.progress_texts if entry[0] != path]


def scenario_names(folder: str | Path) -> tuple[str, ...]:
    """The names of an inventory's scenarios.

    Parameters
    ----------
    folder
        The inventory's folder.

    Returns
    -------
    tuple of str
        The names of the files in ``scenarios`` without ``.yaml``, sorted.

    Raises
    ------
    UserError
        There is no such folder.
    """
    return _scenario_names(open_folder(folder))


def _scenario_names(sources: Sources) -> tuple[str, ...]:
    names = _entries(sources, "scenarios", Findings())
    return tuple(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))


def tree_of(sources: Sources) -> Map:
    """What all files hold, in one tree: ``programme``, ``services`` by id, ``partners`` by id."""
    place = Place(sources.shown)
    services = sources.services.get("services") if sources.services is not None else None
    parts = [
        ("programme", sources.programme),
        ("services", services),
        ("partners", map_at(place, sources.partners.items())),
    ]
    return map_at(place, [(text_at(place, name), part) for name, part in parts if part is not None])


def _read_scenario(sources: Sources, scenario: str, findings: Findings, texts: list[tuple[str, str]]) -> Map | None:
    """What a scenario's file says; its text goes into ``texts``."""
    names = _scenario_names(sources)
    if scenario not in names:
        guess = nearest(scenario, names)
        listed = f"there is {', '.join(show(name) for name in names)}" if names else "the inventory has none"
        hint = f"did you mean {show(guess)}? ({listed})" if guess else listed
        raise UserError(f"unknown scenario {show(scenario)}; {hint}")
    return _read_file(sources, f"scenarios/{scenario}.yaml", findings, texts)


def _lay_over(sources: Sources, changes: Map, findings: Findings) -> None:
    """Lays changes to programme, services and partners over what the files hold."""
    sources.overlay = changes if sources.overlay is None else composed(sources.overlay, changes)
    if "programme" in changes and sources.programme is not None:
        base = to_apportion_otherwise(sources.programme, changes["programme"])
        sources.programme = _merged_file(base, changes, "programme", findings)
    if "services" in changes and sources.services_read:
        _lay_over_services(sources, changes, findings)
    if "partners" in changes:
        _lay_over_partners(sources, changes, findings)


def _scenario_keys(changes: Map, findings: Findings) -> None:
    for key in changes:
        if key not in _SCENARIO_KEYS:
            guess = nearest(key, _SCENARIO_KEYS)
            hint = f"did you mean {show(guess)}?" if guess else f"a scenario has {', '.join(_SCENARIO_KEYS)}"
            findings.add(changes.key(key), f"unknown key {show(key)}; {hint}")
    for key in ("scenario", "description"):
        value = changes.get(key)
        if value is not None and not isinstance(value, Text):
            findings.add(value, f"{show(key)} takes a text; write it on one line")


def _merged_file(base: Map, changes: Map, key: str, findings: Findings) -> Map:
    change = changes[key]
    if not isinstance(change, Map):
        findings.add(changes.key(key), f"{show(key)} takes a mapping; write its changed keys below it")
        return base
    return merge(base, change, findings)


def _lay_over_services(sources: Sources, changes: Map, findings: Findings) -> None:
    change = changes["services"]
    if sources.services is None:
        if isinstance(change, Text) and change.is_null:
            findings.warn(changes.key("services"), "nothing to remove: the inventory has no services")
            return
        sources.services = changes.copy_of([])
    lifted = change if isinstance(change, Map) else changes
    wrapped = lifted.copy_of((key, value) for key, value in changes.items() if key == "services")
    sources.services = merge(sources.services, wrapped, findings)


def _lay_over_partners(sources: Sources, changes: Map, findings: Findings) -> None:
    change = changes["partners"]
    if isinstance(change, Text) and change.is_null:
        sources.partners.clear()
        sources.unread.clear()
        return
    if not isinstance(change, Map):
        findings.add(change, "`partners` takes a mapping; write the changes below each partner's id")
        return
    count = sum(_number_of_systems(sources, partner) for partner in sources.partners)
    for partner, part in change.items():
        key, before = change.key(partner), sources.partners.get(partner)
        others = count - (0 if before is None else _number_of_systems(sources, partner))
        if isinstance(part, Text) and part.is_null:
            if partner in sources.unread:
                sources.unread.discard(partner)
            elif sources.partners.pop(partner, None) is None:
                findings.warn(key, nothing_to_remove(partner, sources.partners))
        elif not isinstance(part, Map):
            findings.add(part, f"partner {show(partner)} takes a mapping; write its changed keys below it")
        elif before is not None:
            merged = merge(before, part, findings)
            if not _are_too_many(merged, others, findings, part):
                sources.partners[partner] = merged
        elif partner not in sources.unread and not _are_too_many(part, others, findings):
            _new_partner(sources, key, part, findings)
        count = others + (_number_of_systems(sources, partner) if partner in sources.partners else 0)


def _new_partner(sources: Sources, key: object, part: Map, findings: Findings) -> None:
    try:
        identifier(key)
    except Fault as fault:
        assert isinstance(key, Text)
        findings.add(key, str(fault))
        return
    sources.partners[str(key)] = without_nulls(part, findings)


def approved_files(sources: Sources, findings: Findings) -> Sequence[str]:
    """Paths within the folder of the approved plans, the last one last."""
    names = [name for name in _entries(sources, "approved", findings) if name.endswith(".json")]
    return [f"approved/{name}" for name in names]
