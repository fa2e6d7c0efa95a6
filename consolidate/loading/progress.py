"""The reports of past quarters as one record of progress: which reports count, and where each piece of work stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from consolidate.inventory import Progress
from consolidate.loading import schema
from consolidate.loading.drafts import Draft
from consolidate.loading.options import SystemOptions
from consolidate.loading.references import horizon_of
from consolidate.loading.service_reports import service_reports
from consolidate.loading.step_reports import step_reports
from consolidate.loading.work_history import ReportFile, complete, histories
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map, Seq, list_at


def progress(draft: Draft, options: SystemOptions, findings: Findings, approved: str | None = None) -> Progress | None:
    """The reports as one :class:`~consolidate.inventory.Progress`; None where there are none, or none of use.

    ``approved``: the hash of the reports that the approved plan was made with. If these begin with those, what
    they said goes with it.
    """
    if not draft.sources.progress or draft.programme is None or "horizon" in draft.programme_node.lost:
        return None
    reports = _reports(draft, draft.sources.progress, findings)
    if not reports:
        return None
    # What is wrong with later reports is told when they count.
    later = _reports(draft, draft.sources.later, Findings())
    whole = _progress(draft, options, reports, later, findings)
    for count in range(len(reports), 0, -1) if approved is not None else ():
        first, rest = dict(list(reports.items())[:count]), dict(list(reports.items())[count:])
        if _hash(draft, first) == approved:
            # Whatever is wrong with them was reported above, or a later report has corrected it.
            ignored = Findings()
            then = _progress(draft, options, first, rest, ignored)
            return whole if ignored.failed else replace(whole, approved=then)
    return whole


def _progress(
    draft: Draft,
    options: SystemOptions,
    reports: Mapping[int, ReportFile],
    later: Mapping[int, ReportFile],
    findings: Findings,
) -> Progress:
    """What reports say, and ``later`` ones complete."""
    found = histories(draft, reports, findings)
    complete(found, later)
    return Progress(
        tuple(reports),
        step_reports(draft, options, found, findings),
        service_reports(draft, found, findings),
        found.delivery,
        _hash(draft, reports),
    )


def _reports(draft: Draft, files: Mapping[str, Map], findings: Findings) -> dict[int, ReportFile]:
    """Those of the files, by path, that can be used as reports, by quarter, rising."""
    found: dict[int, ReportFile] = {}
    for path, node in files.items():
        model, pruned = schema.validate(schema.Progress, _with_lists(node), draft.known, findings)
        if model is not None and _check_quarter(draft, findings, ReportFile(path, model, pruned), found):
            found[model.quarter] = ReportFile(path, model, pruned)
    return dict(sorted(found.items()))


def _with_lists(node: Map) -> Map:
    """A report in which each system has a list of entries, as it may where only one is to be written."""
    systems = node.get("systems")
    if not isinstance(systems, Map):
        return node
    listed = systems.copy_of(
        (id, entry if isinstance(entry, Seq) else list_at(entry, [entry])) for id, entry in systems.items()
    )
    return node.copy_of((key, listed if value is systems else value) for key, value in node.items())


def _check_quarter(draft: Draft, findings: Findings, file: ReportFile, known: Mapping[int, object]) -> bool:
    """Whether the report's quarter is one that can be reported on, once."""
    place, quarter, label, T = file.node["quarter"], file.model.quarter, draft.calendar.label, horizon_of(draft)[0]
    first, last = label(0), label(T - 1)
    if quarter < 0:
        what = f"{label(quarter)} is before the horizon, which starts in {first}; if the horizon has moved on"
        what += f", take this file out of progress/ (git keeps it), say in the report on {first} what is still "
        findings.add(place, f"{what}under way, and describe what is done in the inventory as it is now")
    elif quarter >= T:
        findings.add(place, f"{label(quarter)} is outside the horizon; report on {first} to {last}")
    elif quarter in known:
        findings.add(place, f"another file reports on {label(quarter)}; keep one file for each quarter")
    else:
        wanted = f"{label(quarter).replace('/', '-').replace(' ', '-')}.yaml"
        if not file.path.endswith(f"/{wanted}"):
            findings.warn(place, f"a file on {label(quarter)} is easier to find as {show(wanted)}")
        return True
    return False


def _hash(draft: Draft, reports: Mapping[int, ReportFile]) -> str:
    return draft.sources.progress_hash({file.path for file in reports.values()})
