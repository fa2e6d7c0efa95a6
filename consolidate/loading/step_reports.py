"""Where the reports of progress say that each step of a system stands."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Option, StepReport
from consolidate.loading.drafts import Draft
from consolidate.loading.options import SystemOptions
from consolidate.loading.work_history import ENDED, Histories, WorkHistory
from consolidate.vocabulary import approach_text
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import Map


def step_reports(
    draft: Draft, options: SystemOptions, histories: Histories, findings: Findings
) -> dict[str, tuple[StepReport, ...]]:
    """The steps that are reported on, by system; those with a fault are left out."""
    return dict(_StepReports(draft, options, histories, findings).by_system())


class _StepReports:
    """Makes the reports of one step after another."""

    def __init__(self, draft: Draft, options: SystemOptions, histories: Histories, findings: Findings) -> None:
        self.draft = draft
        self.options = options
        self.histories = histories
        self.findings = findings
        self.label = draft.calendar.label

    def by_system(self) -> Iterator[tuple[str, tuple[StepReport, ...]]]:
        """Each system with its steps, the first before the second."""
        steps: dict[str, dict[int, StepReport]] = {}
        for (system, step), history in sorted(self.histories.systems.items(), key=lambda item: item[0]):
            if system not in self.options.allowed:
                continue
            report = self._step(system, step, history, steps.get(system, {}).get(1))
            if report is not None:
                steps.setdefault(system, {})[step] = report
                self._check_service(report, history)
        for system, found in steps.items():
            yield system, tuple(found.values())

    def _check_service(self, report: StepReport, history: WorkHistory) -> None:
        """A system that moves into a service needs it to be there: if it is, a report on the service is missing."""
        to = report.option.steps[report.step - 1].to if report.stands and report.option is not None else None
        service = None if to is None else self.draft.services.get(to)
        if to is not None and service is not None and service.build is not None and to not in self.histories.services:
            what = f"no report says that {show(to)} is built; write it under `services`, or the plan may build it later"
            self.findings.warn(history.at("to"), what)

    def _step(self, system: str, step: int, history: WorkHistory, first: StepReport | None) -> StepReport | None:
        """One step as reported; ``first``: the system's first step. None when there is a fault."""
        values = history.values
        if "status" not in values:
            return None
        option = self._option(system, step, history, first)
        before = first if step == 2 else None
        if not history.ended and (option is None or not self._check_dates(system, history, before)):
            return None
        status = values["status"]
        return StepReport(
            system=system,
            step=step,
            status=status,
            option=option,
            start=values.get("start"),
            cutover=values.get("cutover") if status in ("live", "off") else None,
            expected=values.get("expected") if status == "started" else None,
            off=history.off if status == "off" else None,
            spent=tuple(history.spent),
            lost=tuple(history.lost),
            reported=history.reported,
            note=values.get("note") or "",
            place=history.source,
        )

    # The option that was taken

    def _option(self, system: str, step: int, history: WorkHistory, first: StepReport | None) -> Option | None:
        """The option that was taken: the one named, or the first with that approach and service."""
        if step not in (1, 2):
            self.findings.add(history.at("step"), "a system has a step 1 and perhaps a step 2; write one of them")
            return None
        return self._option_of_second(history, first) if step == 2 else self._option_of_first(system, history)

    def _option_of_first(self, system: str, history: WorkHistory) -> Option | None:
        values = history.values
        number, approach, to = values.get("option"), values.get("approach"), values.get("to")
        if number is None and approach is None:
            if not history.ended:
                self.findings.add(history.at("approach"), "how does it move? write its `approach` (and `to`)")
            return None
        every = (*self.options.allowed.get(system, ()), *self.options.forbidden.get(system, ()))
        if approach == "retain":
            if not history.ended:
                what = "under `retain` there is no work; write `status: cancelled` if it stays, or how it moves"
                self.findings.add(history.at("approach"), what)
            return None
        second = self.histories.systems.get((system, 2))
        fitting = [
            option
            for option in sorted(every, key=lambda one: one.number)
            if number in (None, option.number)
            and approach in (None, option.approach)
            and to in (None, option.first.to)
            and option.approach != "retain"
        ]
        # What is said of its second step tells options apart, too.
        told = [option for option in fitting if second is not None and _fits_second(option, second)]
        if fitting:
            return (told or fitting)[0]
        named = next((option for option in every if option.number == number and option.approach != "retain"), None)
        wrong = _no_option(system, every) if named is None else _other_option(named, approach, to)
        self.findings.add(history.at("option" if number else "approach"), wrong)
        return None

    def _option_of_second(self, history: WorkHistory, first: StepReport | None) -> Option | None:
        """The option of a second step, which is that of the first."""
        values = history.values
        given_up = values["status"] == "cancelled" and first is not None and first.stands
        if first is not None and not first.stands and values["status"] not in ENDED:
            stopped, own = self.histories.systems[first.system, 1].at("status"), history.at("step")
            what = (
                f"its second step is {show(values['status'])} ({own.source}:{own.line}); write `step: 2` here if that "
            )
            self.findings.add(stopped, f"{what}is {show(first.status)}, or say what becomes of it as well")
            return None
        if first is None or (first.cutover is None and not given_up):
            self.findings.add(history.at("step"), "its step 1 is not reported to be live; report that first")
            return None
        option = first.option
        if option is None or option.then is None:
            if not self._may_have_then(first.system):
                self.findings.add(history.at("step"), "the option it takes has no second step; leave `step` out")
            return None
        if values.get("option") not in (None, option.number):
            what = f"its first step is of option {option.number}, and so is its second; leave `option` out"
            self.findings.add(history.at("option"), what)
            return None
        then = option.then
        reported = (values.get("approach") or then.approach, values.get("to") or then.to)
        if reported != (then.approach, then.to):
            way = approach_text(then.approach, then.to)
            self.findings.add(history.at("approach"), f"the second step of the option it takes is {show(way)}")
            return None
        return option

    def _may_have_then(self, system: str) -> bool:
        """Whether a second step of one of its options, or an option, was left out because it is faulty."""
        node = self.draft.entry(system).node
        listed = [one for one in node.list_of("options") if isinstance(one, Map)]
        return "options" in node.lost or any("then" in one.lost for one in listed)

    # Dates

    def _check_dates(self, system: str, history: WorkHistory, before: StepReport | None) -> bool:
        """Whether the dates that a status needs are there and possible; ``before``: the step before."""
        values, label = history.values, self.label
        start, cutover = values.get("start"), values.get("cutover")
        if start is None:
            return self._fault(history, "start", "when did work start? write `start`")
        if before is not None and before.cutover is not None and start <= before.cutover:
            place = self.histories.systems[system, 1].at("cutover")
            where = f"{place.source}:{place.line}"
            what = f"its first step cut over in {label(before.cutover)} ({where}); start after that, or write `step: 2`"
            return self._fault(history, "start", f"{what} there if the second is meant")
        if values["status"] == "started":
            return check_expected(system, history, self.histories, "live", self.draft, self.findings)
        if cutover is None:
            return self._fault(history, "cutover", "when did it cut over? write `cutover`")
        if cutover < start:
            what = f"it cuts over before work starts in {label(start)}; mend one of them"
            return self._fault(history, "cutover", what)
        if cutover < 0:
            what = f"it cut over before the horizon starts in {label(0)}; describe the system as it is now"
            return self._fault(history, "cutover", what)
        return True

    def _fault(self, history: WorkHistory, name: str, message: str) -> bool:
        self.findings.add(history.at(name), message)
        return False


def check_expected(
    id: str, history: WorkHistory, every: Histories, done: str, draft: Draft, findings: Findings
) -> bool:
    """Whether the quarter in which work is expected to end is still to come; ``done``: the status if it is past.

    What was expected in an old report was right then: the newest one has to say how it stands now.
    """
    expected, first_open, label = history.values.get("expected"), every.first_open, draft.calendar.label
    if expected is None or expected >= first_open:
        return True
    place, newest = history.at("expected"), every.newest
    what = f"{label(expected)} is past; write {label(first_open)} or later, or `{done}`"
    if newest is not None and place.source != newest.source:
        what = (
            f"{show(id)} was expected in {label(expected)} ({place.source}:{place.line}), which is past; report here "
        )
        what += f"how it stands: `expected: {label(first_open)}` or later, or `{done}`"
        assert history.place is not None
        place = history.place if history.place.source == newest.source else newest
    findings.add(place, what)
    return False


def _fits_second(option: Option, second: WorkHistory) -> bool:
    """Whether an option has a second step, and the one that is reported."""
    values, then = second.values, option.then
    if then is None or values.get("option") not in (None, option.number):
        return False
    return values.get("approach") in (None, then.approach) and values.get("to") in (None, then.to)


def _no_option(system: str, every: tuple[Option, ...]) -> str:
    ways = [approach_text(one.approach, one.first.to) for one in every if one.goes_live]
    there = f"it has {', '.join(dict.fromkeys(ways))}" if ways else "it has none that moves it"
    return f"{show(system)} has no such option; {there}"


def _other_option(option: Option, approach: str | None, to: str | None) -> str:
    own, reported = approach_text(option.approach, option.first.to), approach_text(approach or option.approach, to)
    what = f"option {option.number} is {show(own)}, and {show(reported)} is reported"
    return f"{what}; leave `option` out, or write what fits"
