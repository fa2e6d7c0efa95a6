"""Plans the public instances of a folder, judges each plan on the original, and prints how many optima were met.

    python benchmarks/public/run.py FOLDER [--class j10 j14] [--limit N] [--time-limit 60] [--threads 1]
        [--cpsat] [--two-sided] [--relabel SEED] [--jobs 1] [--markdown FILE] [--missed FILE] [--keep DIR]

FOLDER holds optima.csv and the instances that it names. The exit code is 1 when a plan breaks a rule
of its instance, or a claim (optimal, a bound, no plan) is false; and 0 otherwise, marks met or not.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from public import report
from public.marks import TWO_SIDED
from public.results import Case, Result, read_cases, two_sided
from public.solvers import Settings, run_cpsat, run_planner

TWO_SIDED_CLASSES = ("j10", "j14", "j18")
"""Classes for the two-sided test, of those that there are; without any of them, every class of projects."""

Runner = Callable[[Case, Settings, Path], Result]


def chosen(cases: Sequence[Case], wanted: argparse.Namespace) -> list[Case]:
    """The cases asked for, by class, name and number of instances, with the two-sided ones."""
    kept = [case for case in cases if not wanted.classes or case.group in wanted.classes]
    kept = [case for case in kept if not wanted.instance or case.instance in wanted.instance]
    if wanted.limit is not None:
        firsts: dict[str, dict[str, None]] = {}
        for case in kept:
            firsts.setdefault(case.group, {})[case.instance] = None
        first = {group: list(names)[: wanted.limit] for group, names in firsts.items()}
        kept = [case for case in kept if case.instance in first[case.group]]
    if wanted.two_sided:
        usual = any(case.group in TWO_SIDED_CLASSES for case in cases)
        both = two_sided([case for case in kept if not usual or case.group in TWO_SIDED_CLASSES], TWO_SIDED)
        kept = both if wanted.only_two_sided else kept + both
    return kept


@contextmanager
def _folder(settings: Settings, name: str) -> Iterator[Path]:
    """Where a case's files go: kept, or only for the while."""
    if settings.keep is None:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)
    else:
        folder = settings.keep.resolve() / name.replace(" ", "-").replace("(", "").replace(")", "")
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def run_all(
    cases: Sequence[Case], run: Runner, settings: Settings, jobs: int, after: Callable[[Result], None]
) -> list[Result]:
    """Runs the cases, as many at a time as jobs; ``after`` sees each result, in the order of the cases."""

    def one(case: Case) -> Result:
        with _folder(settings, case.name) as folder:
            return run(case, settings, folder)

    results = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in map(one, cases) if jobs == 1 else pool.map(one, cases):
            results.append(result)
            after(result)
    return results


def as_json(result: Result) -> str:
    """The raw figures of a case."""
    case = result.case
    figures = {
        "class": case.group,
        "instance": case.instance,
        "pots": case.pots,
        "horizon": case.horizon,
        "best": None if case.best is None else str(case.best),
        "code": result.code,
        "value": None if result.value is None else str(result.value),
        "bound": None if result.bound is None else str(result.bound),
        "reached": result.reached,
        "proved": result.proved,
        "seconds": round(result.seconds, 2),
        "drawing": round(result.drawing, 2),
        "cpu": round(result.cpu, 2),
        "faults": result.faults,
        "false": result.false,
        "said": result.said,
    }
    return json.dumps(figures)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    made.add_argument("folder", type=Path, help="the folder with optima.csv")
    made.add_argument("--class", dest="classes", nargs="+", default=[], metavar="CLASS", help="only these classes")
    made.add_argument("--instance", nargs="+", default=[], metavar="NAME", help="only these instances")
    made.add_argument("--limit", type=int, metavar="N", help="only the first N instances of each class")
    made.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="for each case")
    made.add_argument("--threads", type=int, default=1)
    made.add_argument("--jobs", type=int, default=1, help="cases at a time")
    made.add_argument("--cpsat", action="store_true", help="solve each instance with OR-Tools CP-SAT, too")
    made.add_argument("--two-sided", action="store_true", help="also with the best horizon, and a quarter less")
    made.add_argument("--only-two-sided", action="store_true", help="of these, nothing else (with --two-sided)")
    made.add_argument("--relabel", type=int, metavar="SEED", help="other ids, orders, units, calendar; harmless extras")
    made.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables here as well")
    made.add_argument("--missed", type=Path, metavar="FILE", help="write a line for each case not proved, as it comes")
    made.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures here, a line a case")
    made.add_argument("--keep", type=Path, metavar="DIR", help="keep the inventories and plans here")
    return made


class Notes:
    """Writes what becomes known while it runs: a killed run leaves what it had."""

    def __init__(self, wanted: argparse.Namespace, who: str) -> None:
        self.who = who
        self.missed: Path | None = wanted.missed if not who else None
        self.json: Path | None = wanted.json if not who else None
        for path in (self.missed, self.json):
            if path is not None:
                path.write_text("", encoding="utf-8")

    def __call__(self, result: Result) -> None:
        text = report.line(result, self.who)
        print(text, file=sys.stderr, flush=True)
        for path, wanted, shown in ((self.missed, not result.proved, text), (self.json, True, as_json(result))):
            if path is not None and wanted:
                with path.open("a", encoding="utf-8") as file:
                    file.write(shown + "\n")


def text_of(results: Sequence[Result], beside: Sequence[Result], settings: Settings) -> str:
    """All the tables."""
    drawing = [result.drawing for result in results if result.drawing]
    how = f"{settings.time_limit:g} s a case, {settings.threads} thread(s), Python {platform.python_version()}"
    if settings.relabel is not None:
        how += f", relabelled with seed {settings.relabel}"
    parts = [f"{len(results)} cases, {how}.", report.table(results, beside), report.marks(results)]
    parts += [report.impossible(results)]
    parts += ["\n".join([*report.wrong(results, "WRONG"), *report.wrong(beside, "CP-SAT differs")])]
    if drawing:
        mean, most = sum(drawing) / len(drawing), max(drawing)
        parts.append(
            f"Tables and pictures, written after plan.json and not counted: {mean:.1f} s, at most {most:.1f} s."
        )
    return "\n\n".join(part for part in parts if part)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit code."""
    wanted = parser().parse_args(arguments)
    try:
        cases = chosen(read_cases(wanted.folder.resolve()), wanted)
        if not cases:
            raise ValueError(f"no case of {wanted.folder} is meant; look at --class and --instance")
        settings = Settings(wanted.time_limit, wanted.threads, wanted.relabel, wanted.keep)
        results = run_all(cases, run_planner, settings, wanted.jobs, Notes(wanted, ""))
        beside = run_all(cases, run_cpsat, settings, wanted.jobs, Notes(wanted, "CP-SAT: ")) if wanted.cpsat else []
    except (ValueError, RuntimeError, OSError) as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    text = text_of(results, beside, settings)
    print(text)
    if wanted.markdown is not None:
        wanted.markdown.write_text(text + "\n", encoding="utf-8")
    return 1 if report.wrong(results, "") else 0


if __name__ == "__main__":
    sys.exit(main())
