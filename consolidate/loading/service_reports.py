"""Where the reports of progress say that the build of each service stands."""

from __future__ import annotations

from consolidate.inventory import ServiceReport
from consolidate.loading.drafts import Draft
from consolidate.loading.step_reports import check_expected
from consolidate.loading.work_history import Histories, WorkHistory
from consolidate.yaml_files.findings import Findings


def service_reports(draft: Draft, histories: Histories, findings: Findings) -> dict[str, ServiceReport]:
    """The builds that are reported on, by service; those with a fault are left out."""
    reports = {}
    for service, history in histories.services.items():
        if "status" in history.values and _check_dates(draft, service, history, histories, findings):
            reports[service] = _report(service, history)
    return reports


def _report(service: str, history: WorkHistory) -> ServiceReport:
    values = history.values
    ready = values["status"] == "ready"
    return ServiceReport(
        service=service,
        status=values["status"],
        start=values.get("start"),
        ready=values.get("ready") if ready else None,
        expected=None if ready else values.get("expected"),
        spent=tuple(history.spent),
        reported=history.reported,
        note=values.get("note") or "",
        place=history.source,
    )


def _check_dates(draft: Draft, service: str, history: WorkHistory, every: Histories, findings: Findings) -> bool:
    """Whether the dates that a status needs are there and possible."""
    start, ready = history.values.get("start"), history.values.get("ready")
    label = draft.calendar.label
    if start is None and draft.services[service].build is not None:
        name, what = "start", "when did its build start? write `start`"
    elif history.values["status"] == "started":
        return check_expected(service, history, every, "ready", draft, findings)
    elif ready is None:
        name, what = "ready", "from which quarter could it be used? write `ready`"
    elif ready > history.reported + 1:
        now = label(history.reported + 1)
        name, what = "ready", f"what is `ready` could be used by {now}; write that, or `started`"
    elif start is not None and ready < start:
        name, what = "ready", f"it is ready before its build starts in {label(start)}; mend one"
    else:
        return True
    findings.add(history.at(name), what)
    return False
