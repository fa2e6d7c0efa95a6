"""Small inventories as files: what a test is about stands in the test, the rest is filled in here."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

PROGRAMME = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
approaches:
  rehost: {medium: {quarters: 1}}
  retain: {}
"""


def write(folder: Path, programme: str = "", systems: str = "", services: str = "") -> Path:
    """An inventory of one partner, ``p``; ``programme`` is added to, or stands for, :data:`PROGRAMME`."""
    whole = dedent(programme) if "programme:" in programme else PROGRAMME + dedent(programme)
    files = {"programme.yaml": whole, "partners/p.yaml": "partner: P\nsystems:\n" + indented(systems)}
    if services:
        files["services.yaml"] = "services:\n" + indented(services)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in dedent(text).splitlines() if line.strip())
