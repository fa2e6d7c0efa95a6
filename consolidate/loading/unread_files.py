"""Files in the inventory's folder that look as if they should be read, and are not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from consolidate.loading.sources import ROOT_FILES, SUFFIX, Sources
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import nearest, show
from consolidate.yaml_files.nodes import Place
from consolidate.yaml_files.text_files import contained

_DEEPEST = 3
"""How many folders deep strays are looked for."""
_MOST_FILES = 2_000
"""Among how many files: the folder may be a whole project."""
_LOOKED_AT = 100_000
"""Bytes of a file from which its kind is told."""
_KEY = re.compile(r"^([a-z_]+) *:", re.MULTILINE)
_READ = ("partners", "progress")
"""Folders whose own files are read in every run."""


def check_strays(sources: Sources, findings: Findings) -> None:
    """Reports partners' files and reports of progress in a wrong folder, and warns of names that nothing reads.

    A partner that is left out without a word makes a plan for fewer systems than there are.
    """
    for relative in _files(sources.folder):
        folder, _, name = relative.rpartition("/")
        stem, suffix = os.path.splitext(name)
        place = Place(sources.path_of(relative))
        if suffix == ".yml" and not folder and f"{stem}{SUFFIX}" in ROOT_FILES:
            findings.add(place, f"files end in .yaml here; rename it {stem}.yaml")
            continue
        if (not folder and name in ROOT_FILES) or folder in _READ:
            continue
        what, where = _kind(sources.folder / relative, sources.folder)
        if what:
            findings.add(place, f"{what}, which nothing reads here; move it to {show(f'{where}/{stem}{SUFFIX}')}")
        elif suffix == SUFFIX and not folder:
            guess = nearest(name, ROOT_FILES)
            hint = f"did you mean {show(guess)}?" if guess else "partners go in partners/, scenarios in scenarios/"
            findings.warn(place, f"a file that nothing reads; {hint}")


def _files(folder: Path) -> Iterator[str]:
    """YAML files by their path below the folder; not hidden ones, nor those of another inventory within it."""
    seen = 0
    for at, folders, names in os.walk(folder):
        inside = Path(at).relative_to(folder)
        other = inside.parts and "programme.yaml" in names
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if other or len(inside.parts) >= _DEEPEST:
            folders.clear()
        for name in () if other else sorted(names):
            seen += 1
            if seen > _MOST_FILES:
                return
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in (SUFFIX, ".yml"):
                yield (inside / name).as_posix()


def _kind(path: Path, folder: Path) -> tuple[str, str]:
    """What a file is by the keys that begin its lines, and the folder where it belongs; empty for all else."""
    try:
        if not contained(path, folder) or not path.is_file():
            return "", ""
        with open(path, "rb") as file:
            text = file.read(_LOOKED_AT).decode("utf-8-sig", "replace")
    except OSError:
        return "", ""
    keys = set(_KEY.findall(text))
    if "scenario" in keys:
        return "", ""
    if "quarter" in keys and keys & {"systems", "services"}:
        return "a report of progress", "progress"
    if keys & {"systems", "partner"}:
        return "a partner's file", "partners"
    return "", ""
