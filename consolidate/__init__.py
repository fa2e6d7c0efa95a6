"""Plans which systems move onto a shared platform, when and how.

All that the command line does, as functions::

    import consolidate

    inventory = consolidate.load("inventory")
    result = consolidate.make_plan(inventory, gap=0.005)
    print(result.status, result.verdict.ledger.costs.total)
    consolidate.write_plan(inventory, result, "outputs")
    consolidate.draw_roadmap(inventory, result.plan, result.verdict.ledger, "outputs")
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # for the type checker it is true; to import typing takes longer than all the rest
if TYPE_CHECKING:
    from typing import Any

    from consolidate.accounts.ledger import Ledger, baseline, ledger
    from consolidate.accounts.merits import Merits
    from consolidate.accounts.rules import Violation
    from consolidate.accounts.verdict import MissedGoal, Verdict, missed_goals, verify_plan, violations
    from consolidate.audience.restriction import Audience
    from consolidate.cost_sharing.apportionment import Apportioned, apportion
    from consolidate.cost_sharing.coalitions import CostShares, Sampling, cost_shares
    from consolidate.diagrams.drawn_roadmap import roadmap_picture
    from consolidate.diagrams.partner_pages import BegunDrawing
    from consolidate.diagrams.picture_files import Drawn
    from consolidate.diagrams.plateaus import draw_plateaus
    from consolidate.diagrams.roadmap import begin_roadmap, draw_roadmap
    from consolidate.editing.approval import Approval, ChangedFile, approve_plan
    from consolidate.editing.new_inventory import EXAMPLES, start_inventory, write_schemas
    from consolidate.editing.progress_form import report_progress
    from consolidate.editing.scenario_file import save_scenario
    from consolidate.errors import (
        InvalidArgument,
        InvalidInventory,
        Message,
        NoPlan,
        OutOfTime,
        Problem,
        RejectedPlan,
        Remedy,
        UserError,
    )
    from consolidate.explain.alternatives import Alternative, NearbyPlans, SameWork, alternatives
    from consolidate.explain.appraisal import OptionsAppraisal, compare_options
    from consolidate.explain.changes import figures_only, load_changed
    from consolidate.explain.choice_words import choice_sentence
    from consolidate.explain.decisions import Decision, DecisionCalendar, decisions
    from consolidate.explain.diff_words import diff_markdown
    from consolidate.explain.explain_choice import explain_choice
    from consolidate.explain.explained import (
        BreakEven,
        ChoiceExplained,
        HoldingLimit,
        PartnerExplained,
        PlanFinish,
        PricedChoice,
        SystemExplained,
        WaitsForIt,
    )
    from consolidate.explain.frontier import Frontier, FrontierOptions, FrontierPoint, frontier
    from consolidate.explain.icalendar import decisions_ics
    from consolidate.explain.inventory_diff import InventoryDiff, diff_inventories
    from consolidate.explain.partner_entry import PartnerInPlan
    from consolidate.explain.plan_diff import PlanDiff, diff_plans
    from consolidate.explain.plan_entry import describe_in_plan
    from consolidate.explain.service_entry import ServiceInPlan
    from consolidate.explain.system_entry import SystemInPlan
    from consolidate.explain.values import answer_json
    from consolidate.explain.what_if import WhatIf, what_if
    from consolidate.explain.worth import Gain, Worth, WorthOptions, worth
    from consolidate.inventory import Inventory
    from consolidate.loading import figures_of, load
    from consolidate.loading.check import InventoryCheck, check_inventory
    from consolidate.loading.plan_files import load_plan
    from consolidate.loading.schema import SCHEMAS, schema_text
    from consolidate.loading.sources import scenario_names
    from consolidate.optimizer import Result, optimize
    from consolidate.output_sets import OutputSet
    from consolidate.parallel.executors import planning_workers
    from consolidate.parallel.plans import PlanAttempt, PlanOptions, plan_many, plan_scenarios
    from consolidate.plan import Costs, Plan, Price, from_json, to_json
    from consolidate.plan_writer import write_plan
    from consolidate.planning import (
        CERTIFICATE,
        PACK_GAP,
        BoundCheck,
        Disagreement,
        PlanResult,
        make_plan,
        plan_for_pack,
        verify_bound,
    )
    from consolidate.preferring import (
        PreferredPlan,
        cheaper_result,
        fewer_unsupported,
        prefer,
        preferences_of,
        preferred_result,
    )
    from consolidate.report.answers.alternatives_document import alternatives_html
    from consolidate.report.answers.appraisal_document import appraisal_html
    from consolidate.report.answers.decisions_document import decisions_html
    from consolidate.report.answers.explanation_document import explanation_html
    from consolidate.report.answers.frontier_document import frontier_html
    from consolidate.report.answers.worth_document import worth_html
    from consolidate.report.pack import BoardPack, board_pack, write_pack
    from consolidate.report.pack_plans import PackCallbacks
    from consolidate.report.tables.plan_tables import write_tables
    from consolidate.report.tables.share_files import write_shares
    from consolidate.solving.decomposition.ahead_of_time import compile_ahead
    from consolidate.solving.decomposition.certificate import Certificate
    from consolidate.solving.decomposition.start import Start
    from consolidate.solving.exact.secondary_objective import LeastMerit
    from consolidate.solving.exact.solver import ProgressMonitor
    from consolidate.starts import read_start, start_from
    from consolidate.version import __version__ as __version__

_MODULES = {
    "version": ("__version__",),
    "accounts.ledger": ("Ledger", "baseline", "ledger"),
    "accounts.merits": ("Merits",),
    "accounts.rules": ("Violation",),
    "accounts.verdict": ("MissedGoal", "Verdict", "missed_goals", "verify_plan", "violations"),
    "cost_sharing.apportionment": ("Apportioned", "apportion"),
    "cost_sharing.coalitions": ("CostShares", "Sampling", "cost_shares"),
    "diagrams.drawn_roadmap": ("roadmap_picture",),
    "diagrams.partner_pages": ("BegunDrawing",),
    "diagrams.picture_files": ("Drawn",),
    "diagrams.plateaus": ("draw_plateaus",),
    "diagrams.roadmap": ("begin_roadmap", "draw_roadmap"),
    "editing.approval": ("Approval", "ChangedFile", "approve_plan"),
    "editing.new_inventory": ("EXAMPLES", "start_inventory", "write_schemas"),
    "editing.progress_form": ("report_progress",),
    "editing.scenario_file": ("save_scenario",),
    "errors": (
        "InvalidArgument",
        "InvalidInventory",
        "Message",
        "NoPlan",
        "OutOfTime",
        "Problem",
        "RejectedPlan",
        "Remedy",
        "UserError",
    ),
    "explain.alternatives": ("Alternative", "NearbyPlans", "SameWork", "alternatives"),
    "report.answers.alternatives_document": ("alternatives_html",),
    "explain.appraisal": ("OptionsAppraisal", "compare_options"),
    "explain.changes": ("figures_only", "load_changed"),
    "explain.decisions": ("Decision", "DecisionCalendar", "decisions"),
    "explain.icalendar": ("decisions_ics",),
    "report.answers.decisions_document": ("decisions_html",),
    "explain.diff_words": ("diff_markdown",),
    "explain.choice_words": ("choice_sentence",),
    "explain.explain_choice": ("explain_choice",),
    "explain.explained": (
        "BreakEven",
        "ChoiceExplained",
        "HoldingLimit",
        "PartnerExplained",
        "PlanFinish",
        "PricedChoice",
        "SystemExplained",
        "WaitsForIt",
    ),
    "explain.frontier": ("Frontier", "FrontierOptions", "FrontierPoint", "frontier"),
    "explain.inventory_diff": ("InventoryDiff", "diff_inventories"),
    "explain.partner_entry": ("PartnerInPlan",),
    "explain.plan_diff": ("PlanDiff", "diff_plans"),
    "explain.plan_entry": ("describe_in_plan",),
    "explain.service_entry": ("ServiceInPlan",),
    "explain.system_entry": ("SystemInPlan",),
    "explain.values": ("answer_json",),
    "explain.what_if": ("WhatIf", "what_if"),
    "explain.worth": ("Gain", "Worth", "WorthOptions", "worth"),
    "inventory": ("Inventory",),
    "loading": ("figures_of", "load"),
    "loading.check": ("InventoryCheck", "check_inventory"),
    "loading.plan_files": ("load_plan",),
    "loading.schema": ("SCHEMAS", "schema_text"),
    "loading.sources": ("scenario_names",),
    "optimizer": ("Result", "optimize"),
    "output_sets": ("OutputSet",),
    "parallel.executors": ("planning_workers",),
    "parallel.plans": ("PlanAttempt", "PlanOptions", "plan_many", "plan_scenarios"),
    "plan": ("Costs", "Plan", "Price", "from_json", "to_json"),
    "plan_writer": ("write_plan",),
    "planning": (
        "CERTIFICATE",
        "PACK_GAP",
        "BoundCheck",
        "Disagreement",
        "PlanResult",
        "make_plan",
        "plan_for_pack",
        "verify_bound",
    ),
    "report.answers.explanation_document": ("explanation_html",),
    "preferring": (
        "PreferredPlan",
        "cheaper_result",
        "fewer_unsupported",
        "prefer",
        "preferences_of",
        "preferred_result",
    ),
    "report.answers.appraisal_document": ("appraisal_html",),
    "report.pack_plans": ("PackCallbacks",),
    "audience.restriction": ("Audience",),
    "report.pack": ("BoardPack", "board_pack", "write_pack"),
    "report.tables.plan_tables": ("write_tables",),
    "report.answers.frontier_document": ("frontier_html",),
    "report.answers.worth_document": ("worth_html",),
    "report.tables.share_files": ("write_shares",),
    "solving.decomposition.ahead_of_time": ("compile_ahead",),
    "solving.decomposition.certificate": ("Certificate",),
    "solving.decomposition.start": ("Start",),
    "starts": ("read_start", "start_from"),
    "solving.exact.secondary_objective": ("LeastMerit",),
    "solving.exact.solver": ("ProgressMonitor",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}
"""Where each name is defined. It is imported when it is first asked for: to check an inventory takes no solver."""

__all__ = [
    "CERTIFICATE",
    "EXAMPLES",
    "PACK_GAP",
    "SCHEMAS",
    "Alternative",
    "Apportioned",
    "Approval",
    "Audience",
    "BegunDrawing",
    "BoardPack",
    "BoundCheck",
    "BreakEven",
    "Certificate",
    "ChangedFile",
    "ChoiceExplained",
    "CostShares",
    "Costs",
    "Decision",
    "DecisionCalendar",
    "Disagreement",
    "Drawn",
    "Frontier",
    "FrontierOptions",
    "FrontierPoint",
    "Gain",
    "HoldingLimit",
    "InvalidArgument",
    "InvalidInventory",
    "Inventory",
    "InventoryCheck",
    "InventoryDiff",
    "LeastMerit",
    "Ledger",
    "Merits",
    "Message",
    "MissedGoal",
    "NearbyPlans",
    "NoPlan",
    "OptionsAppraisal",
    "OutOfTime",
    "OutputSet",
    "PackCallbacks",
    "PartnerExplained",
    "PartnerInPlan",
    "Plan",
    "PlanAttempt",
    "PlanDiff",
    "PlanFinish",
    "PlanOptions",
    "PlanResult",
    "PreferredPlan",
    "Price",
    "PricedChoice",
    "Problem",
    "ProgressMonitor",
    "RejectedPlan",
    "Remedy",
    "Result",
    "SameWork",
    "Sampling",
    "ServiceInPlan",
    "Start",
    "SystemExplained",
    "SystemInPlan",
    "UserError",
    "Verdict",
    "Violation",
    "WaitsForIt",
    "WhatIf",
    "Worth",
    "WorthOptions",
    "alternatives",
    "alternatives_html",
    "answer_json",
    "apportion",
    "appraisal_html",
    "approve_plan",
    "baseline",
    "begin_roadmap",
    "board_pack",
    "cheaper_result",
    "check_inventory",
    "choice_sentence",
    "compare_options",
    "compile_ahead",
    "cost_shares",
    "decisions",
    "decisions_html",
    "decisions_ics",
    "describe_in_plan",
    "diff_inventories",
    "diff_markdown",
    "diff_plans",
    "draw_plateaus",
    "draw_roadmap",
    "explain_choice",
    "explanation_html",
    "fewer_unsupported",
    "figures_of",
    "figures_only",
    "from_json",
    "frontier",
    "frontier_html",
    "ledger",
    "load",
    "load_changed",
    "load_plan",
    "make_plan",
    "missed_goals",
    "optimize",
    "plan_for_pack",
    "plan_many",
    "plan_scenarios",
    "planning_workers",
    "prefer",
    "preferences_of",
    "preferred_result",
    "read_start",
    "report_progress",
    "roadmap_picture",
    "save_scenario",
    "scenario_names",
    "schema_text",
    "start_from",
    "start_inventory",
    "to_json",
    "verify_bound",
    "verify_plan",
    "violations",
    "what_if",
    "worth",
    "worth_html",
    "write_pack",
    "write_plan",
    "write_schemas",
    "write_shares",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    """Imports a name of the public API."""
    if name in _MODULE_OF:
        return getattr(import_module(f"consolidate.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'consolidate' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public API."""
    return sorted(__all__)
