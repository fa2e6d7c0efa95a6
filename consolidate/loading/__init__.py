"""From a folder of files to an :class:`~consolidate.inventory.Inventory`, or to all that is wrong with them."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate.catalogue import end_of_life
from consolidate.errors import InvalidArgument, InvalidInventory, Problem, RejectedPlan, message_of
from consolidate.inventory import Inventory
from consolidate.loading import lint, references
from consolidate.loading import sources as folders
from consolidate.loading.compile import ValidDraft, compile_inventory
from consolidate.loading.cycles import check_cycles
from consolidate.loading.drafts import Draft, read_draft
from consolidate.loading.figure_paths import FILES, FigureChange, changes_of, figures, what_has_errors
from consolidate.loading.kept_partner import PartnerFacts, TreeNeeded
from consolidate.loading.misreadings import warn_of_misreadings
from consolidate.loading.options import SystemOptions, system_options
from consolidate.loading.partner_facts import partner_facts
from consolidate.loading.partner_store import PartnerStore
from consolidate.loading.progress import progress
from consolidate.loading.sources import Sources, scenario_names
from consolidate.loading.suspicions import warn_of_slips
from consolidate.loading.times_outside import Times, warn_in_spite_of_errors, warn_of_times
from consolidate.loading.unread_files import check_strays
from consolidate.plan import Plan, from_json
from consolidate.variants import with_longer_horizon
from consolidate.yaml_files.findings import Findings, named
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Place, map_at, text_at
from consolidate.yaml_files.text_files import inventory_text

__all__ = ["changed_tree", "figures_of", "load", "read", "scenario_names"]


def load(
    folder: str | Path,
    scenario: str | None = None,
    *,
    extend: int = 0,
    until: str | None = None,
    changes: Sequence[str] = (),
) -> Inventory:
    """Read and validate an inventory.

    Parameters
    ----------
    folder
        The folder that holds programme.yaml; problems name files as below it.
    scenario
        The name of a scenario to lay over the inventory, without ``.yaml``.
    extend
        How many quarters to lengthen the horizon by.
    until
        The last quarter (``2017/18 Q2``) whose report of progress counts, as work stood then; by default all do.
    changes
        Figures to change, as a scenario would, one after the other: ``capital.onewales.2017/18=-10%``. See
        :mod:`consolidate.loading.figure_paths` for how a figure is named.

    Returns
    -------
    Inventory
        Frozen, typed data, with the warnings that there are.

    Raises
    ------
    InvalidInventory
        There are errors; it has every problem that was found, warnings included.
    UserError
        There is no such folder, scenario, or figure to change.
    InvalidArgument
        ``until`` is no quarter, or ``extend`` is below 0.
    """
    if extend < 0:
        raise InvalidArgument("extend", str(extend), "a horizon can only be lengthened")
    wanted = tuple(changes_of(changes))
    try:
        return read(folder, scenario, extend=extend, until=until, changes=wanted)
    except InvalidInventory as error:
        if scenario is None and not wanted:
            raise
        problems = error.problems  # and no more of it: it holds the trees of all files while others are read
    if scenario is not None:
        problems = _with_scenario_named(problems, folder, scenario, until, frozenset(map(str, wanted)))
    raise InvalidInventory(problems, what_has_errors(problems, wanted))


def read(
    folder: str | Path,
    scenario: str | None = None,
    *,
    extend: int = 0,
    until: str | None = None,
    changes: Sequence[FigureChange] = (),
) -> Inventory:
    """The same as :func:`load`, but problems that are there only with the scenario do not name it."""
    store = PartnerStore(extend)
    with _no_collection():
        try:
            return _load(folders.open_folder(folder), (scenario, changes), extend, until, store)
        except TreeNeeded:  # something is wrong, and what is kept cannot say where
            store.forgetful = True
        return _load(folders.open_folder(folder), (scenario, changes), extend, until, store)


def changed_tree(folder: str | Path, scenario: str | None, changes: Sequence[str], *, title: str) -> Map:
    """What a scenario's file says that does what a scenario and changes of figures do together.

    Args:
        folder, scenario, changes: as :func:`load` takes them, without errors.
        title: what the new scenario is called.

    Raises:
        UserError: there is no such folder, scenario, or figure to change.
    """
    sources = folders.open_folder(folder)
    folders.read(sources, scenario, Findings(), changes_of(changes))
    place = Place(sources.shown)
    heading = text_at(place, title)
    heading.plain = False
    overlay = sources.overlay or map_at(place, ())
    return overlay.copy_of([("scenario", heading), *((key, overlay[key]) for key in FILES if key in overlay)])


def figures_of(folder: str | Path, scenario: str | None = None) -> tuple[tuple[str, str], ...]:
    """Every figure of an inventory that a change may name, and its value as the files have it.

    Parameters
    ----------
    folder, scenario
        As :func:`load` takes them; the files need not be without errors.

    Returns
    -------
    tuple
        Pairs of a path (``torfaen/email.latest``) and a value (``2017/18 Q1``), in the order of the files.

    Raises
    ------
    UserError
        There is no such folder or scenario.
    """
    sources = folders.open_folder(folder)
    folders.read(sources, scenario, Findings())
    return tuple(figures(folders.tree_of(sources)))


_MANY_VALUES = 500_000
"""New values that the garbage collector would take some tenth of a second to look through."""


@contextmanager
def _no_collection() -> Iterator[None]:
    """Turns the garbage collector off: it would look in vain through a million new values that all stay in use.

    Afterwards, if there are so many, it takes them for old without having looked.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            # What a caller has frozen is not to be thawed; to count it takes long where much is.
            if gc.get_count()[0] > _MANY_VALUES and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _load(
    sources: Sources,
    laid_over: tuple[str | None, Sequence[FigureChange]],
    extend: int,
    until: str | None,
    store: PartnerStore,
) -> Inventory:
    findings = Findings()
    check_strays(sources, findings)
    scenario, changes = laid_over
    folders.read(sources, scenario, findings, changes, store)
    made = _inventory_of(sources, scenario, findings, extend, until)
    store.keep(made.draft, made.options, made.inventory, made.facts)
    return made.inventory


def inventory_of(
    sources: Sources, scenario: str | None, findings: Findings, *, extend: int = 0, until: str | None = None
) -> Inventory:
    """The inventory of files that were read, a scenario already laid over them; the rest as in :func:`load`.

    Raises:
        InvalidInventory, InvalidArgument: as ``load`` does.
    """
    return _inventory_of(sources, scenario, findings, extend, until).inventory


@dataclass(frozen=True)
class _Made:
    """An inventory, and what it was made from."""

    inventory: Inventory
    draft: Draft
    options: SystemOptions
    facts: Mapping[str, PartnerFacts]


def _inventory_of(sources: Sources, scenario: str | None, findings: Findings, extend: int, until: str | None) -> _Made:
    draft = read_draft(sources, findings)
    if until is not None:
        folders.forget_after(sources, _quarter(draft, until), draft.calendar)
    references.check_references(draft, findings)
    look_ups = references.look_up_products(draft, findings)
    options = system_options(draft, lambda entry: references.support_ends(draft, entry, look_ups), findings)
    check_cycles(draft, options.allowed, findings)
    approved, approved_hash = _approved(draft, findings)
    reported = progress(draft, options, findings, approved.progress if approved is not None else None)
    references.check_services_file(draft, findings)
    if findings.failed or draft.programme is None:
        if draft.kept:
            raise TreeNeeded
        warn_in_spite_of_errors(draft, extend, findings)
        raise InvalidInventory(findings.sorted())
    valid = ValidDraft(
        draft=draft,
        options=options.allowed,
        look_ups=look_ups,
        scenario=scenario,
        content_hash=_content_hash(sources, look_ups.values()),
        approved=approved,
        approved_hash=approved_hash,
        progress=reported,
    )
    inventory = with_longer_horizon(compile_inventory(valid), extend)
    facts = partner_facts(inventory, draft)
    lint.warn(inventory, draft, findings)
    times = Times(inventory.calendar, inventory.plan_quarters, inventory.appraisal_quarters)
    warn_of_times(draft, times, findings)
    for known in facts.values():
        findings.repeat(known.remarks)
    warn_of_slips(inventory, draft, facts, findings)
    warn_of_misreadings(inventory, draft, facts, findings)
    return _Made(replace(inventory, warnings=findings.sorted()), draft, options, facts)


def _quarter(draft: Draft, until: str) -> int:
    try:
        return draft.calendar.quarter(until)
    except ValueError as error:
        raise InvalidArgument("until", repr(until), str(error)) from None


def _with_scenario_named(
    problems: tuple[Problem, ...], folder: str | Path, scenario: str, until: str | None, changes: frozenset[str]
) -> tuple[Problem, ...]:
    """The problems; those that are there only with the scenario name it, unless they stand in its file or a change."""
    try:
        without = read(folder, until=until).warnings
    except InvalidInventory as error:
        without = error.problems
    own = changes | {folders.open_folder(folder).path_of(f"scenarios/{scenario}.yaml")}
    return tuple(
        sorted(
            problem if problem in without or problem.path in own else named(problem, f"scenario {show(scenario)}")
            for problem in problems
        )
    )


def _content_hash(sources: Sources, supports: Iterable[end_of_life.Support]) -> str:
    return sources.hash((support.product, support.release, support.ends.isoformat()) for support in supports)


def _approved(draft: Draft, findings: Findings) -> tuple[Plan | None, str | None]:
    """The last approved plan by name, and the sha256 of its text, line endings made equal."""
    sources = draft.sources
    if draft.programme is None or "horizon" in draft.programme_node.lost:
        return None, None  # its quarters cannot be read without the calendar
    files = folders.approved_files(sources, findings)
    if not files:
        return None, None
    shown = sources.path_of(files[-1])
    text = inventory_text(sources.folder / files[-1], shown, sources.folder, findings)
    if text is None:
        return None, None
    try:
        plan = from_json(text, draft.calendar, shown)
    except (RejectedPlan, ValueError) as error:
        message = message_of(error).removeprefix(f"{shown}: ")
        findings.add(
            Place(shown), message.within("not a plan that was approved (", "); give the file as it was written")
        )
        return None, None
    return plan, hashlib.sha256(text.encode()).hexdigest()
