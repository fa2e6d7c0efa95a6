"""What was made of partners' files is kept in the user's cache folder, by the hash of all that it depends on."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from math import inf
from pathlib import Path

from consolidate.cache_folder import CacheFolder, user_cache
from consolidate.inventory import Inventory
from consolidate.loading.drafts import Draft
from consolidate.loading.kept_partner import KeptPartner, PartnerFacts
from consolidate.loading.options import SystemOptions
from consolidate.loading.partner_encoding import Damaged, NotEncodable, decoded, encoded
from consolidate.loading.references import looked_up
from consolidate.loading.schema import PYDANTIC_VERSION
from consolidate.loading.sources import SUFFIX, Sources
from consolidate.yaml_files.nodes import Map, Node
from consolidate.yaml_files.parser import YAML_VERSION

WORTHWHILE = 250_000
"""Bytes of partners' files, of some 800 systems, from which on anything is kept: fewer load in half a second."""

_BEGAN = time.time()
"""When this module was read: what is changed of the program after that is not what runs."""

MOST_SYSTEMS = 5_000
"""How many systems of a partner are kept at most: more at once would take much memory beside their own."""


class PartnerStore:
    """Knows partners' files that were loaded before, and keeps those that are loaded now.

    What is kept of a file depends on its text, on what else is read but for other partners' files, and on this
    program. That the systems of others that it names are still there is tested when it is used.

    Args:
        extend: how many quarters the horizon is lengthened by.
    """

    def __init__(self, extend: int) -> None:
        self.extend = extend
        self.forgetful = False
        """Whether nothing is known, so that all trees are read."""
        self._cache: CacheFolder | None = None
        self._context = ""
        self._changed: Collection[str] = ()
        self._sources: Sources | None = None

    def begin(
        self, sources: Sources, texts: Sequence[tuple[str, str]], laid_over: Map | None, changed: Iterable[str]
    ) -> None:
        """Finds out on what everything depends. Partners that are changed are neither known nor kept."""
        self._cache, self._sources = None, sources
        partners: Node | None = laid_over.get("partners") if laid_over is not None else None
        if _size(sources.folder / "partners") < WORTHWHILE or not (partners is None or isinstance(partners, Map)):
            return
        program = _program()
        if program is None:
            return
        self._changed = frozenset(map(str, partners or ())).union(changed)
        read = (part for entry in (*sources.texts, *texts) for part in entry)
        self._context = _hash([program, str(self.extend), *read])
        self._cache = user_cache(apart_from=sources.folder)

    def find(self, partner: str, text: str) -> KeptPartner | None:
        """What was made of a partner's file with this text, if that is known."""
        if self._cache is None or self.forgetful or partner in self._changed:
            return None
        data = self._cache.read(self._name(partner, text))
        try:
            return None if data is None else decoded(data, self._source(partner))
        except Damaged:
            return None

    def keep(
        self, draft: Draft, options: SystemOptions, inventory: Inventory, facts: Mapping[str, PartnerFacts]
    ) -> None:
        """Keeps what was made of the trees that were read, of an inventory without errors."""
        if self._cache is None:
            return
        new = [one for one in draft.sources.partner_texts if one in draft.partners and one not in self._changed]
        for partner in new:
            if len(draft.entries_of(partner)) > MOST_SYSTEMS:
                continue
            text, nodes = draft.sources.partner_texts[partner]
            try:
                data = encoded(_kept(partner, nodes, draft, options, inventory, facts[partner]), self._source(partner))
            except NotEncodable:
                continue
            if not self._cache.write(self._name(partner, text), data):
                return
        if new:
            self._cache.shrink()

    def _source(self, partner: str) -> str:
        assert self._sources is not None
        return self._sources.path_of(f"partners/{partner}{SUFFIX}")

    def _name(self, partner: str, text: str) -> str:
        return _hash([self._context, partner, text])


def _kept(
    partner: str,
    nodes: int,
    draft: Draft,
    options: SystemOptions,
    inventory: Inventory,
    facts: PartnerFacts,
) -> KeptPartner:
    """What there is to keep of a partner whose tree was read."""
    node, entries = draft.partner_nodes[partner], draft.entries_of(partner)
    return KeptPartner(
        head=node.copy_of((key, value) for key, value in node.items() if key != "systems"),
        nodes=nodes,
        systems={entry.id: inventory.systems[entry.id] for entry in entries},
        forbidden={entry.id: options.forbidden[entry.id] for entry in entries if entry.id in options.forbidden},
        products=tuple(sorted({product for entry in entries if (product := looked_up(entry)) is not None})),
        latest={entry.id: entry.node.key("latest").line for entry in entries if entry.model.latest is not None},
        facts=facts,
    )


def _size(folder: Path) -> int:
    """How large the files in a folder are together, in bytes; 0 where that cannot be seen."""
    try:
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_size for entry in entries if entry.name.endswith(SUFFIX))
    except OSError:
        return 0


@cache
def _program() -> str | None:
    """A hash of this program and what it reads files with; None where its source is not at hand, or has been changed
    since it began: what an older program makes must not be kept as that of a newer one."""
    package = Path(__file__).parents[1]
    try:
        files = sorted(path for pattern in ("*.py", "data/*.yaml") for path in package.rglob(pattern))
        content = [path.read_bytes() for path in files]
        changed = max((max(about.st_mtime, about.st_ctime) for about in map(os.stat, files)), default=inf)
    except OSError:  # an editor's lock, say, or a new version is just being installed
        return None
    return None if changed > _BEGAN else _hash([sys.version, PYDANTIC_VERSION, YAML_VERSION, *content])


def _hash(parts: Iterable[str | bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()
