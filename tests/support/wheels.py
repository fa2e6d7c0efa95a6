"""Stand-ins for a package index: wheels made from the metadata of what is installed, without its code."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

WINDOWS = {
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_system": "Windows",
    "sys_platform": "win32",
}
"""What markers see on Windows."""


def installed() -> dict[NormalizedName, Distribution]:
    """Every distribution of this environment, the first found where there are two of a name."""
    found: dict[NormalizedName, Distribution] = {}
    for distribution in distributions():
        found.setdefault(canonicalize_name(distribution.metadata["Name"]), distribution)
    return found


def write_wheel(distribution: Distribution, folder: Path, *, whole: bool = False) -> None:
    """Write a wheel of an installed distribution: with its metadata alone, or with its files."""
    name = canonicalize_name(distribution.metadata["Name"]).replace("-", "_")
    stem = f"{name}-{distribution.version}"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for file in (distribution.files or ()) if whole else ():
            if ".." not in file.parts and ".dist-info" not in file.parts[0] and file.suffix != ".pyc":
                wheel.writestr(file.as_posix(), file.read_binary())
        wheel.writestr(f"{stem}.dist-info/METADATA", distribution.read_text("METADATA") or "")
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/entry_points.txt", distribution.read_text("entry_points.txt") or "")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def needed(requirements: list[Requirement], platform: Mapping[str, str] | None = None) -> set[NormalizedName]:
    """The names of all that requirements bring with them, as the markers of a platform say (default: this one).

    What is not installed here is taken to need nothing.
    """
    here = {**{key: str(value) for key, value in default_environment().items()}, **(platform or {})}
    known, found = installed(), set[tuple[NormalizedName, str]]()
    left = list(requirements)
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) not in found:
                found.add((name, extra))
                left += _requires(known.get(name), {**here, "extra": extra})
    return {name for name, _ in found}


def _requires(distribution: Distribution | None, environment: dict[str, str]) -> Iterator[Requirement]:
    for line in (distribution.requires if distribution else None) or ():
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement
