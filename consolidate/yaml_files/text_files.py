"""Reading the text of a file of an inventory: no link that leads out, no device, not too large, UTF-8."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.nodes import Place, place_after

MAX_BYTES = 20_000_000


def contained(path: Path, folder: Path) -> bool:
    """Whether ``path``, its links followed, lies in ``folder``."""
    inside, outer = os.path.realpath(path), os.path.realpath(folder)
    return inside == outer or inside.startswith(os.path.join(outer, ""))


def inventory_text(path: Path, shown: str, folder: Path, findings: Findings) -> str | None:
    """The text of a file, without a byte-order mark and with ``\\n`` as line ending; None when it has problems.

    Args:
        path: the file.
        shown: the file as the user would name it.
        folder: the inventory; a link that leads out of it is refused.
        findings: where problems are reported.
    """
    place = Place(shown)
    if not contained(path, folder):
        findings.add(place, "a link that leads out of the inventory; put the file itself here")
        return None
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            findings.add(place, "not a file; a file of this name belongs here")
            return None
        if status.st_size > MAX_BYTES:
            findings.add(place, f"larger than {MAX_BYTES // 1_000_000} MB; split it into several files")
            return None
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        findings.add(place, f"can't be read ({reason or 'a bad file name'}); make it a readable file")
        return None
    return decoded(data, shown, findings)


def decoded(data: bytes, shown: str, findings: Findings) -> str | None:
    """What a file holds as a text, as :func:`inventory_text` gives it; None when it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: nothing before the fault is text
            before = ""
        findings.add(place_after(before, shown), "not UTF-8; save the file in the encoding UTF-8")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")
