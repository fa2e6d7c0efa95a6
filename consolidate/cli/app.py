"""The command line: a thin skin on the public API. Only here is anything printed or the process ended."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from typing import Annotated

import typer

from consolidate.cli.alternatives import alternatives
from consolidate.cli.approve import approve
from consolidate.cli.board import board
from consolidate.cli.check import check
from consolidate.cli.compare import compare
from consolidate.cli.console import complain, say, tell
from consolidate.cli.decisions import decisions
from consolidate.cli.diff import diff
from consolidate.cli.explain import explain
from consolidate.cli.frontier import frontier
from consolidate.cli.init import init
from consolidate.cli.interruption import INTERRUPTED, RUN, stopped_line
from consolidate.cli.open_roadmap import open_roadmap
from consolidate.cli.plan import plan
from consolidate.cli.report_progress import report_progress
from consolidate.cli.roadmap import roadmap
from consolidate.cli.schema import schema
from consolidate.cli.shares import shares
from consolidate.cli.show import show
from consolidate.cli.verify import verify
from consolidate.cli.whatif import whatif
from consolidate.cli.worth import worth
from consolidate.errors import UserError
from consolidate.output_files import why_not
from consolidate.version import __version__

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Plans which systems move onto a shared platform, when and how: proven, drawn and kept honest.",
)

FAULT = 70


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


for command in (
    plan,
    check,
    verify,
    show,
    explain,
    decisions,
    diff,
    whatif,
    worth,
    alternatives,
    frontier,
    compare,
    roadmap,
    init,
    schema,
    shares,
    board,
    approve,
    report_progress,
):
    app.command()(command)
app.command("open")(open_roadmap)


# -- the way in -----------------------------------------------------------------------


def main() -> None:
    """Runs the command; every error a user can cause ends in a line and an exit code."""
    codecs.register_error("consolidate", _escaped)
    if sys.stdout is None or sys.stderr is None:  # closed by the calling process
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
        if not isinstance(error, BrokenPipeError):  # otherwise the reader closed the pipe
            complain(f"consolidate: {error.filename or 'standard output'}: {why_not(error)}")
            code = UserError.exit_code
    RUN.code = code
    sys.exit(code)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What the terminal has no letters for, escaped as in JSON (so that JSON stays JSON)."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _run() -> int:
    RUN.stopped = RUN.written = RUN.partly = False
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Typer makes this of Ctrl-C
            complain(stopped_line())
        return ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        complain(stopped_line())
        return INTERRUPTED
    except UserError as error:
        tell(error)
        return error.exit_code
    except OSError:  # of the machine: a pipe or a disk
        raise
    except Exception as error:  # a fault of ours: one line, and the traceback only on request
        if RUN.stopped:  # or an exception into which a library turned Ctrl-C
            complain(stopped_line())
            return INTERRUPTED
        if os.environ.get("CONSOLIDATE_DEBUG"):
            raise
        complain(
            f"consolidate: a fault of ours ({type(error).__name__}: {error}); {RUN.outcome()}; "
            "run again with CONSOLIDATE_DEBUG=1 and send us what it prints"
        )
        return FAULT
    return 0


if __name__ == "__main__":
    main()
