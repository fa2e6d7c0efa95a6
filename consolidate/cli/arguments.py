"""Arguments and options that several commands share, and what a shell may complete them with."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Collection
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from consolidate.errors import UserError
from consolidate.vocabulary import PREFERENCES

DEFAULT_INVENTORY = Path("inventory")
PACK_FORMATS = ("html", "pdf", "docx", "xlsx", "csv")
PACK_LANGUAGES = {"en": ("en",), "cy": ("cy",), "both": ("en", "cy")}
"""What may be asked for, and the languages in which a pack is then written."""
ANSWER_LANGUAGES = ("en", "cy")
DECISION_KINDS = ("start", "build", "notice", "renewal")
"""As :attr:`consolidate.Decision.kind`."""
PROBLEM_FORMATS = ("text", "json", "github")
_SURELY_A_FRACTION = Decimal("0.01")
"""Below this, a number without % is a fraction: hardly anybody asks for 0.005%."""


def _stems(folder: str) -> Callable[[typer.Context, str], list[str]]:
    """Completes with the names of the YAML files in a folder of the inventory, which need not be read for it."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        # While the option that is completed has no value yet, arguments before it are not assigned.
        given = [context.params.get("named"), *context.args[:1], context.params.get("inventory")]
        inventory = Path(next((folder for folder in given if folder), DEFAULT_INVENTORY))
        return [name for name in _names_in(inventory / folder) if name.startswith(incomplete)]

    return complete


def _words(*words: str) -> Callable[[str], list[str]]:
    """Completes with one of a few words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def complete_formats(incomplete: str) -> list[str]:
    """Completes the last of a list of a pack's forms, with commas between."""
    before, comma, last = incomplete.rpartition(",")
    return [
        f"{before}{comma}{form}" for form in PACK_FORMATS if form.startswith(last) and form not in before.split(",")
    ]


def complete_entries(context: typer.Context, incomplete: str) -> list[str]:
    """Completes with a partner, a service, or a system: once its partner and a slash are there."""
    folder = _folder_given(context)
    partner, slash, _ = incomplete.partition("/")
    if slash:
        ids = [f"{partner}/{id}" for id in _keys_below(folder / "partners" / f"{partner}.yaml", "systems")]
    else:
        partners = _names_in(folder / "partners")
        ids = sorted({*partners, *(f"{id}/" for id in partners), *_keys_below(folder / "services.yaml", "services")})
    return [id for id in ids if id.startswith(incomplete)]


def _folder_given(context: typer.Context) -> Path:
    """The inventory's folder, as far as it is known while a command is being written."""
    return Path(context.params.get("named") or context.params.get("inventory") or DEFAULT_INVENTORY)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(path.stem for path in folder.iterdir() if path.suffix == ".yaml")
    except OSError:
        return []


def _keys_below(path: Path, key: str) -> list[str]:
    """The keys of the block below a key of a YAML file, by their indentation: the file need not be parsed for it."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found: list[str] = []
    inside, indent = False, ""
    for line in lines:
        if line and not line[0].isspace() and line[0] != "#":
            inside, indent = line.rstrip().startswith(f"{key}:"), ""
        elif inside and (match := re.match(r"(\s+)([a-z0-9][a-z0-9-]*):", line)):
            indent = indent or match[1]
            if match[1] == indent:
                found.append(match[2])
    return found


def complete_changes(context: typer.Context, incomplete: str) -> list[str]:
    """Completes the path of a figure, level by level, and its value as the files have it."""
    from consolidate.loading import figures_of

    given = [context.params.get("named"), *context.args[:1], context.params.get("inventory")]
    try:
        figures = figures_of(next((folder for folder in given if folder), DEFAULT_INVENTORY))
    except UserError:
        return []
    found = [f"{path}={value}" if "=" in incomplete else f"{path}=" for path, value in figures]
    return [text for text in found if text.startswith(incomplete)]


complete_scenarios = _stems("scenarios")
complete_partners = _stems("partners")
complete_languages = _words(*PACK_LANGUAGES)
complete_answer_languages = _words(*ANSWER_LANGUAGES)
complete_examples = _words("srs", "sts", "onesource", "worcestershire", "plymouth-cco")
complete_decisions = _words(*DECISION_KINDS)
complete_problem_formats = _words(*PROBLEM_FORMATS)
complete_kinds = _words("programme", "services", "partner", "scenario", "progress")

InventoryArgument = Annotated[
    Path | None,
    typer.Argument(metavar="INVENTORY", help="The inventory's folder; default: inventory.", show_default=False),
]
InventoryOption = Annotated[Path | None, typer.Option("--inventory", metavar="DIR", help="The same, as an option.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the plan and its pictures go.")]
PlanArgument = Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan.json; default: the one in --out.")]
StartOption = Annotated[
    Path | None,
    typer.Option("--start", metavar="PLAN", help="Begin with this plan.json and search briefly, not from nothing."),
]
PreferOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT",
        help="Of plans near the best, that with the least of: support, capital, calm, finish, approved.",
        autocompletion=_words(*PREFERENCES),
        show_default=False,
    ),
]
WithinOption = Annotated[str, typer.Option(metavar="SHARE", help="With --prefer: by how much it may cost more.")]
ScenarioOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="A file of scenarios/ to plan instead.", autocompletion=complete_scenarios),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=61,
        metavar="N",
        help="Processes that make plans; default: the processor cores, and no more than there are plans.",
        show_default=False,
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A Dask scheduler whose workers make the plans instead: tcp://10.0.0.5:8786.",
        show_default=False,
    ),
]


def one_of(option: str, given: str, what: str, known: Collection[str]) -> str:
    """The word that was given, where it is one of those that are understood.

    Raises:
        UserError: it is none of them; the message has all, and the one most like it.
    """
    if given in known:
        return given
    from consolidate.yaml_files.messages import meant  # here, so that other commands start sooner

    raise UserError(f"{option} {given!r}: the {what} are {', '.join(known)}{meant(given, known)}")


def inventory_of(argument: Path | None, named: Path | None) -> Path:
    """The inventory's folder, which every command takes as an argument or with `--inventory`.

    Raises:
        UserError: both are given, and differ.
    """
    if argument is not None and named is not None and argument != named:
        raise UserError(f"the inventory is named twice, {argument} and --inventory {named}; name it once")
    return argument or named or DEFAULT_INVENTORY


def command_on(command: str, inventory: Path) -> str:
    """A command on an inventory, as a shell takes it; the folder that goes without saying is not named.

    >>> command_on("check", Path("inventory")), command_on("check", Path("my inventory"))
    ('consolidate check', "consolidate check 'my inventory'")
    """
    return f"consolidate {command}" + ("" if inventory == DEFAULT_INVENTORY else f" {shlex.quote(str(inventory))}")


def with_inventory(first: Path | None, argument: Path | None, named: Path | None) -> tuple[Path | None, Path]:
    """The file that a command takes first, and the inventory, which may stand alone or before the file.

    A folder is no such file: where no `--inventory` says which the inventory is, the folder is it; unless it holds a
    plan and no inventory, for then that plan is meant.

    Raises:
        UserError: the inventory is named twice.
    """
    if first is not None and named is None and plan_in(first).is_dir():
        first, argument = argument, first
    return first if first is None else plan_in(first), inventory_of(argument, named)


def plan_in(path: Path) -> Path:
    """A file as it was named; of a folder that holds a plan.json and no inventory, that."""
    plan = path / "plan.json"
    return plan if os.path.isfile(plan) and not os.path.isfile(path / "programme.yaml") else path


def named_and_inventory(name: str, argument: Path | None, named: Path | None) -> tuple[str, Path]:
    """What is asked about, which a command takes first, and the inventory, which may stand before it.

    Raises:
        UserError: the inventory is named twice, or it alone is named.
    """
    if named is None and os.path.isfile(Path(name) / "programme.yaml"):  # False, too, of what no path can be
        if argument is not None and not argument.is_dir():
            return argument.as_posix(), Path(name)
        if argument is None and not DEFAULT_INVENTORY.is_dir():
            raise UserError(f"{name} is the inventory; name before it what is asked about")
    return name, inventory_of(argument, named)


def parse_gap(text: str) -> float:
    """A percentage, 0, or a fraction below 0.01; any other number might be meant either way.

    >>> parse_gap("0.1%"), parse_gap("0.005"), parse_gap("0")
    (0.001, 0.005, 0.0)

    Raises:
        UserError: it is none of these.
    """
    return parse_share(text, "--gap", "gap")


def parse_share(text: str, option: str, what: str = "share") -> float:
    """The same of any option that takes a small share.

    Raises:
        UserError: it is none of these.
    """
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(%?)\s*", text)
    if match is None or (match[2] and float(match[1]) > 100):
        raise UserError(f"{option}: {text!r} is no {what}; write a percentage as 0.1%, or a fraction as 0.001")
    number = Decimal(match[1])
    if match[2]:
        return round(float(number) / 100, 12)
    if number < _SURELY_A_FRACTION:
        return float(number)
    word = text.strip()
    raise UserError(f"{option}: {word} could be {word}% or {(number * 100).normalize():f}%: write the one you mean")
