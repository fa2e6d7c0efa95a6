"""The command line: a thin skin on the public API. Only here is anything printed or the process ended."""

from __future__ import annotations

import codecs
import gc
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from consolidate.cli.approve import approve
from consolidate.cli.board import board
from consolidate.cli.console import (
    CERTIFICATE,
    InventoryArgument,
    InventoryOption,
    OutOption,
    PlanArgument,
    ScenarioOption,
    UserErrorExit,
    complain,
    load_inventory,
    parse_gap,
    proven,
    read_plan,
    reason,
    same_inventory,
    say,
    shielded,
    tame,
    warn,
    watched,
    writable,
    write_text,
)
from consolidate.cli.remedies import worded, worded_problem
from consolidate.cli.report_progress import report_progress
from consolidate.cli.shares import shares
from consolidate.errors import InvalidInventory, NoPlan, Problem, UserError, message_of
from consolidate.version import __version__
from consolidate.vocabulary import counted

if TYPE_CHECKING:
    from consolidate.inventory import Inventory
    from consolidate.plan import Plan
    from consolidate.solving.decomposition.certificate import Certificate

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Plans which systems move onto a shared platform, when and how: proven, drawn and kept honest.",
)

INTERRUPTED = 130
GIVEN_UP = "consolidate: stopped before it was done; nothing was written"
FAULT = 70
RESERVE = 1.0
"""Seconds of the time limit kept back for starting Python, checking the plan and writing plan.json."""
EACH = 0.0006
"""The same, for each system."""
LATE = 0.05
"""Share of the time limit by which the solver may overrun: it looks at the clock only now and then."""


class Format(StrEnum):
    """How problems are printed."""

    text = "text"
    json = "json"
    github = "github"


def _version(wanted: bool) -> None:
    if wanted:
        say(f"consolidate {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Plans which systems move onto a shared platform, when and how: proven, drawn and kept honest."""


@app.command()
def plan(
    inventory: InventoryArgument = Path("inventory"),
    scenario: ScenarioOption = None,
    out: OutOption = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close to the best possible it must be proven.")] = "0.1%",
    time_limit: Annotated[
        float,
        typer.Option(min=0.1, metavar="SECONDS", help="Stop the search after so long, with the best plan so far."),
    ] = 300.0,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads of the solver.")] = 1,
    solver: Annotated[str, typer.Option(metavar="NAME", help="HiGHS, or any other solver that PuLP finds.")] = "HiGHS",
) -> None:
    """Find the cheapest plan that keeps every rule, prove how good it is, and draw it.

    Writes plan.json, tables (CSV) and pictures (SVG, PNG) and prints a summary. Exit codes: 0 done,
    1 the inventory has errors, 2 usage, 3 no plan can meet the rules (and what would help),
    4 the time limit ended before any plan was found.
    """
    began = time.monotonic()
    wanted = parse_gap(gap)
    writable(out)
    clock: dict[str, Any] = {}
    with _timed(clock, "load"):
        data = load_inventory(inventory, scenario)
    warn(data.warnings, brief=True)
    # What was read stays: the garbage collector need not go through it again and again.
    gc.collect()
    gc.freeze()

    from consolidate.planning import make_plan

    # The time limit runs until plan.json is written, and it takes a moment to check a plan.
    reserve = min(RESERVE + EACH * len(data.systems) + LATE * time_limit, time_limit / 3)
    left = max(time_limit - (time.monotonic() - began) - reserve, 0.1)
    with watched(wanted) as monitor:
        with _timed(clock, "plan"):
            result = make_plan(
                data,
                gap=wanted,
                time_limit=left,
                threads=threads,
                solver=solver,
                monitor=monitor,
            )
        made, verdict = result.plan, result.verdict
        with _timed(clock, "write"), shielded():
            files = _write_plan(data, made, verdict, out, result.certificate)
    clock.update(build=round(result.build_seconds, 3), solve=round(result.solve_seconds, 3), method=result.method)
    clock.update(ended=result.ended)
    if result.columns:  # there is none where no program of rows and columns was solved
        clock.update(columns=result.columns, rows=result.rows)
    try:
        with _timed(clock, "draw"):
            files += _draw(data, made, verdict, out)
    except KeyboardInterrupt:
        complain("stopped while drawing; the plan is written: `consolidate roadmap` draws it")
    clock["peak_mb"] = _peak_memory()
    write_text(out / "timings.json", json.dumps(clock, indent=1) + "\n")
    _summary(data, made, verdict, files, result.method)


@app.command()
def check(
    inventory: InventoryArgument = Path("inventory"),
    format: Annotated[Format, typer.Option(help="How problems are printed.")] = Format.text,
) -> None:
    """Say everything that is wrong with an inventory, and with each of its scenarios."""
    from consolidate.loading import scenario_names

    problems: set[Problem] = set()
    data = None
    for scenario in (None, *_scenarios(scenario_names, inventory)):
        try:
            data = load_inventory(inventory, scenario)
            problems.update(data.warnings)
        except InvalidInventory as error:
            problems.update(error.problems)
    found = sorted(problems)
    _print_problems(found, format)
    if any(problem.severity == "error" for problem in found):
        raise typer.Exit(1)
    if data is not None and format is Format.text:
        warnings = counted(len(found), "warning") if found else "nothing odd"
        size = f"{counted(len(data.systems), 'system')} of {counted(len(data.partners), 'partner')}"
        say(f"{inventory}: {size}; no errors, {warnings}")


@app.command()
def verify(
    plan: PlanArgument = None,
    inventory: InventoryOption = Path("inventory"),
    out: OutOption = Path("outputs"),
) -> None:
    """Recompute every figure of a plan with the independent ledger, and test every rule."""
    from consolidate.accounts.verdict import missed
    from consolidate.accounts.verdict import verify_plan as verdict_of

    plan = plan or out / "plan.json"
    data, made = read_plan(inventory, plan)
    same_inventory(data, made, plan, inventory)
    verdict = verdict_of(data, made)
    for line in (
        *(f"{v.rule}: {v.message}" for v in verdict.violations),
        *(f"figures: {worded(d)}" for d in verdict.differences),
    ):
        complain(f"{plan}: {line}")
    if not verdict.ok:
        broken, wrong = len(verdict.violations), len(verdict.differences)
        raise UserErrorExit(1, f"{plan}: rejected: {broken} rules broken, {wrong} figures wrong")
    say(f"{plan}: keeps every rule, and every figure agrees; total cost {verdict.ledger.costs.total:,.2f}")
    for one in missed(data, verdict.ledger):
        say(f"{plan}: missed {one}")
    proof = proven(data, made, verdict.ledger.costs.total, plan)
    if proof is not None:
        say(proof)


@app.command()
def roadmap(
    plan: PlanArgument = None,
    inventory: InventoryOption = Path("inventory"),
    out: OutOption = Path("outputs"),
) -> None:
    """Draw a plan again: the roadmap, the map of what moves where, and the dependencies."""
    from consolidate.accounts.verdict import verify_plan as verdict_of

    plan = plan or out / "plan.json"
    writable(out)
    data, made = read_plan(inventory, plan)
    same_inventory(data, made, plan, inventory)
    verdict = verdict_of(data, made)
    if verdict.violations:
        raise UserErrorExit(
            1, f"{plan}: breaks a rule ({verdict.violations[0].message}); run `consolidate verify {plan}`"
        )
    if not verdict.ok:
        complain(worded(message_of(verdict.faults[0]).within(f"{plan}: ", "; drawn as the inventory is now")))
    for path in _draw(data, made, verdict, out):
        say(str(path))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is not there yet.")] = Path(
        "inventory"
    ),
) -> None:
    """Write a small commented inventory to start from."""
    from consolidate.loading.schema import SCHEMAS, schema_text

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserErrorExit(2, f"{folder} is there already; name a new folder: consolidate init my-inventory")
    starter = Path(__file__).parents[1] / "data" / "starter"
    for source in sorted(starter.rglob("*.yaml")):
        write_text(folder / source.relative_to(starter), source.read_text(encoding="utf-8"))
    for kind in SCHEMAS:
        write_text(folder / "schemas" / f"{kind}.schema.json", schema_text(kind))
    say(f"{folder} is ready. Look at {folder / 'programme.yaml'}, then run:")
    say(f"consolidate plan {folder} --out {folder}-plan")


@app.command()
def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="programme, services, partner, scenario, progress.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the files of all kinds here.")] = None,
) -> None:
    """Print the JSON Schema of a kind of file, or write them all, for editors and checks."""
    from consolidate.loading.schema import SCHEMAS, schema_text

    if kind is not None and kind not in SCHEMAS:
        raise UserErrorExit(2, f"no file kind {kind!r}; there are {', '.join(SCHEMAS)}")
    if kind is None and out is None:
        raise UserErrorExit(2, f"say which: consolidate schema KIND ({', '.join(SCHEMAS)}), or --out DIR for all")
    for name in SCHEMAS if kind is None else (kind,):
        if out is None:
            sys.stdout.write(schema_text(name))
        else:
            write_text(out / f"{name}.schema.json", schema_text(name))
            say(str(out / f"{name}.schema.json"))


app.command()(shares)
app.command()(board)
app.command()(approve)
app.command()(report_progress)


# -- reading and writing --------------------------------------------------------------


def _scenarios(names: Callable[[Path], Sequence[str]], folder: Path) -> Sequence[str]:
    try:
        return names(folder)
    except UserError:
        return ()


def _write_plan(data: Inventory, made: Plan, verdict: Any, out: Path, certificate: Certificate | None) -> list[Path]:
    """The plan, the prices that prove its bound, and the tables."""
    from consolidate.plan import to_json
    from consolidate.report.tables.plan_tables import write_tables
    from consolidate.solving.decomposition.certificate import prices
    from consolidate.solving.decomposition.certificate import to_json as proof
    from consolidate.solving.formulation.remaining import remaining_of

    plan = to_json(made, data.calendar)
    left = remaining_of(data).inventory
    proven = None if certificate is None else proof(certificate, left)
    scarce = () if certificate is None else prices(certificate, left)
    _clear_pictures(out)
    (out / CERTIFICATE).unlink(missing_ok=True)
    # The plan goes last: what lies beside a plan.json is never of an earlier one.
    written = write_tables(data, made, verdict.ledger, out, scarce)
    if proven is not None:
        write_text(out / CERTIFICATE, proven)
        written.insert(0, out / CERTIFICATE)
    write_text(out / "plan.json", plan)
    return [out / "plan.json", *written]


def _clear_pictures(out: Path) -> None:
    """Takes away the pictures of an earlier plan, so that none stands beside a plan that it does not show."""
    for name in ("roadmap", "roadmap-*", "map", "dependencies"):
        for ending in ("svg", "png", "gv"):
            for stale in out.glob(f"{name}.{ending}"):
                stale.unlink()


def _draw(data: Inventory, made: Plan, verdict: Any, out: Path) -> list[Path]:
    from consolidate.diagrams import roadmap as pictures

    try:
        _clear_pictures(out)
        drawn = pictures.draw(data, made, verdict.ledger, out)
    except OSError as error:
        raise UserErrorExit(2, f"{out}: the pictures cannot be written ({reason(error)})") from None
    if drawn.note:
        complain(worded(drawn.note))
    return list(drawn.files)


@contextmanager
def _timed(clock: dict[str, Any], what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    clock[what] = round(time.perf_counter() - began, 3)


def _peak_memory() -> float | None:
    """The most memory that this process has held, in MB, where the machine tells."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


# -- the screen -----------------------------------------------------------------------


def _print_problems(problems: Sequence[Problem], format: Format) -> None:
    from consolidate.cli.plan_summary import problems_text

    text = problems_text([worded_problem(problem) for problem in problems], format.value)
    if text and format is not Format.json:  # which escapes by itself
        text = tame(text)
    if text:
        stream = sys.stderr if format is Format.text else sys.stdout
        stream.write(text if text.endswith("\n") else text + "\n")


def _summary(data: Inventory, made: Plan, verdict: Any, files: Sequence[Path], method: str) -> None:
    from consolidate.accounts.ledger import baseline
    from consolidate.cli.changes_summary import against_approved, not_reached
    from consolidate.cli.plan_summary import summary

    console = Console(width=None if sys.stdout.isatty() else min(shutil.get_terminal_size((100, 40)).columns, 120))
    console.print(summary(data, made, verdict.ledger, baseline(data), files, method))
    for line in against_approved(data, made, verdict.ledger, console.options.ascii_only):
        say(line)
    for line in not_reached(data, verdict.ledger):
        say(line)


# -- the way in -----------------------------------------------------------------------


def main() -> None:
    """Runs the command; every error a user can cause ends in a line and an exit code."""
    codecs.register_error("consolidate", _escaped)
    if sys.stdout is None or sys.stderr is None:  # closed by whoever called
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # it lives as long as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="consolidate")
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
        if not isinstance(error, BrokenPipeError):  # else whoever read has seen enough
            complain(f"consolidate: {error.filename or 'standard output'}: {reason(error)}")
            code = UserError.exit_code
    sys.exit(code)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What the terminal has no letters for, escaped as in JSON (so that JSON stays JSON)."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _run() -> int:
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Typer makes this of Ctrl-C
            complain(GIVEN_UP)
        return ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        complain(GIVEN_UP)
        return INTERRUPTED
    except InvalidInventory as error:
        _print_problems(sorted(error.problems), Format.text)
        complain(f"consolidate: {worded(error)}")
        return error.exit_code
    except NoPlan as error:
        complain(f"consolidate: {worded(error)}")
        for line in error.lines:
            complain(worded(line))
        return error.exit_code
    except UserError as error:
        complain(f"consolidate: {worded(error)}")
        return error.exit_code
    except OSError:  # of the machine: a pipe or a disk
        raise
    except Exception as error:  # a fault of ours, whatever it is: said in a line, shown in full only to who asks
        if os.environ.get("CONSOLIDATE_DEBUG"):
            raise
        complain(
            f"consolidate: a fault of ours ({type(error).__name__}: {error}); nothing was written; "
            "run again with CONSOLIDATE_DEBUG=1 and send us what it prints"
        )
        return FAULT
    return 0


if __name__ == "__main__":
    main()
