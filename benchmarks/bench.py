"""Times the planner on the default inventory and on generated ones, each in a process of its own.

    python benchmarks/bench.py [--markdown FILE] [--systems 200 500 1000] [--time-limit 300] [--gap 0.1%]

Prints one table: seconds to load, to build the model, to solve, and in all; the plan's cost
and the proven bound; the gap between them in per cent of the plan's cost and, the honest figure,
of the savings that a plan could make; the most memory that the process held.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import generate

ROOT = Path(__file__).parent.parent
COLUMNS = (
    "inventory", "systems", "load s", "build s", "solve s", "total s",
    "cost", "bound", "gap of cost", "gap of savings", "status", "method", "peak MB",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    folder: Path


def plan(case: Case, out: Path, gap: str, limit: int) -> tuple[int, float, float, str]:
    """Runs ``consolidate plan``: exit code, seconds, peak memory in MB, the last thing it said if it failed."""
    command = [sys.executable, "-c", "from consolidate.cli import main; main()", "plan", str(case.folder)]
    command += ["--out", str(out), "--gap", gap, "--time-limit", str(limit)]
    began = time.perf_counter()
    with (out / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        peak = 0.0
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            # ru_maxrss is in kilobytes on Linux, in bytes on macOS.
            peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
            code = process.returncode = os.waitstatus_to_exitcode(status)
        else:
            code = process.wait()
        seconds = time.perf_counter() - began
        said.seek(0)
        lines = said.read().strip().splitlines()
    return code, seconds, peak, lines[-1] if lines else ""


def row(case: Case, out: Path, gap: str, limit: int) -> list[str]:
    """One line of the table."""
    code, seconds, peak, said = plan(case, out, gap, limit)
    memory = f"{peak:,.0f}" if peak else "-"
    if code != 0 or not (out / "plan.json").exists():
        return [
            case.name,
            "-",
            "-",
            "-",
            "-",
            f"{seconds:.1f}",
            *"----",
            f"exit {code}: {said}",
            "-",
            memory,
        ]
    found: dict[str, Any] = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    systems = len(found["stays"]) + sum(move["step"] == 1 for move in found["moves"])
    path = out / "timings.json"
    timings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [
        case.name,
        f"{systems:,}",
        *(f"{timings[step]:.2f}" if step in timings else "-" for step in ("load", "build", "solve")),
        f"{seconds:.1f}",
        f"{found['objective']:,.0f}",
        f"{found['bound']:,.0f}",
        f"{found['gap']:.3%}",
        "-" if found["savings_gap"] is None else f"{found['savings_gap']:.2%}",
        found["status"],
        str(timings.get("method", "-")),
        memory,
    ]


def table(rows: list[list[str]]) -> str:
    """Markdown that is also readable as it stands."""
    widths = [max(len(line[place]) for line in [list(COLUMNS), *rows]) for place in range(len(COLUMNS))]
    lines = [list(COLUMNS), ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def cases(folder: Path, sizes: list[int], seed: int) -> list[Case]:
    """The default inventory, and one generated for each size."""
    found = []
    default = ROOT / "inventory"
    if (default / "programme.yaml").exists():
        found.append(Case("inventory/", default))
    for systems in sizes:
        path = folder / str(systems)
        generate.write(path, systems, seed)
        found.append(Case(f"generated {systems}, seed {seed}", path))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the planner.")
    parser.add_argument("--systems", type=int, nargs="*", default=[200, 500, 1_000], help="sizes to generate")
    parser.add_argument("--seed", type=int, default=1, help="of the generated inventories (default 1)")
    parser.add_argument("--gap", default="0.1%", help="gap asked for (default 0.1%%)")
    parser.add_argument("--time-limit", type=int, default=300, help="seconds for each (default 300)")
    parser.add_argument("--markdown", type=Path, help="write the table to this file as well")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for number, case in enumerate(cases(Path(name), given.systems, given.seed)):
            out = Path(name) / f"out-{number}"
            out.mkdir()
            print(f"{case.name} ...", file=sys.stderr)
            rows.append(row(case, out, given.gap, given.time_limit))
    print(table(rows))
    if given.markdown:
        given.markdown.write_text(table(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
