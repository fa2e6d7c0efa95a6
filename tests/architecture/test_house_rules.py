"""The house's own rules: who may import whom, in which order inside of a package, and who owns which package."""

from __future__ import annotations

import ast
import sys

import pytest
from source_tree import NAMES, circles, imported, imports, module_of, needs

GROUND = (
    *("errors", "quarters", "plan", "inventory", "vocabulary", "version"),
    *("horizon", "variants", "forced_choices", "restricting", "remembering"),
)
"""What everybody may import: the typed data that all share, the words, and the version."""

FOLDERS: dict[str, tuple[str, ...]] = {
    "yaml_files": (),
    "catalogue": ("yaml_files",),
    "loading.schema": ("yaml_files",),
    "loading": ("yaml_files", "catalogue", "loading.schema", "output_sets", "cache_folder", "phrases"),
    "accounts": (),
    "solving": (),
    "solving.formulation": (),
    "solving.exact": ("solving.formulation",),
    "solving.decomposition": ("solving.formulation", "solving.exact"),
    "solving.makespan": ("solving.formulation", "solving.exact"),
    "solving.infeasibility": ("solving.formulation", "solving.exact", "solving.makespan", "phrases"),
    "parallel": (
        *("planning", "optimizer", "loading", "preferring", "starts"),
        *("solving.exact", "solving.formulation", "solving.decomposition"),
    ),
    "cost_sharing": ("accounts", "planning", "optimizer", "parallel", "solving.exact"),
    "explain": (
        *("accounts", "audience", "cost_sharing", "loading", "optimizer", "parallel", "planning", "yaml_files"),
        *("solving.exact", "solving.decomposition", "solving.formulation", "starts", "preferring"),
        *("phrases", "language"),
    ),
    "editing": (
        "accounts",
        "loading",
        "loading.schema",
        "planning",
        "yaml_files",
        "folder_lock",
        "output_files",
        "output_sets",
    ),
    "typesetting": (),
    "diagrams.engine": ("typesetting",),
    "audience": ("accounts",),
    "diagrams": ("diagrams.engine", "audience", "accounts", "language", "output_files", "output_sets"),
    "report.document": (),
    "report.facts": ("report.document", "audience", "accounts", "cost_sharing"),
    "report.sections": ("report.document", "report.facts", "audience", "accounts", "language"),
    "report.formats": ("report.document", "typesetting", "diagrams.engine", "language"),
    "report.tables": (
        "report.document",
        "typesetting",
        "audience",
        "accounts",
        "cost_sharing",
        "output_files",
        "output_sets",
    ),
    "report.answers": ("explain", "report.document", "report.formats", "language"),
    "report.pack_plans": ("audience", "accounts", "loading", "planning", "output_sets"),
    "report.pack": (
        "audience",
        "report.pack_plans",
        "report.document",
        "report.facts",
        "report.sections",
        "report.formats",
        "report.tables",
        "diagrams",
        "diagrams.engine",
        "language",
        "loading",
        "output_sets",
    ),
    "report": (),
    "cli": ("*",),
}
"""Which folders (and files of the package's own level) the modules of a folder may import, besides the ground."""

FILES: dict[str, tuple[str, ...]] = {
    "errors": ("vocabulary",),
    "quarters": (),
    "version": (),
    "vocabulary": (),
    "plan": ("errors", "quarters", "vocabulary"),
    "inventory": ("errors", "quarters", "plan", "vocabulary"),
    "horizon": ("quarters", "inventory"),
    "remembering": ("inventory",),
    "variants": ("errors", "inventory", "horizon", "phrases", "remembering"),
    "forced_choices": ("errors", "inventory", "variants"),
    "restricting": ("inventory",),
    "phrases": ("vocabulary",),
    "language": ("phrases",),
    "output_files": ("errors",),
    "folder_lock": ("errors", "output_files"),
    "output_sets": ("errors", "folder_lock", "output_files"),
    "cache_folder": ("output_files",),
    "optimizer": ("solving.formulation", "solving.exact", "solving.decomposition", "solving.makespan"),
    "planning": (
        "optimizer",
        "phrases",
        "accounts",
        "solving.formulation",
        "solving.exact",
        "solving.decomposition",
        "solving.infeasibility",
        "loading",
    ),
    "preferring": (
        *("accounts", "optimizer", "planning"),
        *("solving.formulation", "solving.exact", "solving.decomposition"),
    ),
    "starts": ("optimizer", "planning", "solving.decomposition", "solving.formulation", "loading"),
    "plan_writer": (
        "planning",
        "diagrams",
        "report.tables",
        "solving.decomposition",
        "solving.formulation",
        "output_sets",
    ),
    "__init__": ("*",),
    "__main__": ("cli",),
}
"""The same for the files beside the folders."""

ORDERS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "actuals",
        "courses",
        "contracts",
        "journal",
        "partners_parts",
        "ledger",
        "own_approval",
        "merits",
        "contract_notices",
        "part_books",
        "rules",
        "verdict",
        "differences",
        "approved_plan_status",
    ),
    "audience": ("plan_books", "restriction"),
    "cli": (
        *(
            "interruption",
            "arguments",
            "ink",
            "problem_formats",
            "resource_tables",
            "plan_summary",
            "entry_page",
            "diff_page",
            "alternatives_page",
            "compare_page",
        ),
        "remedies",
        "changes_summary",
        *(
            "console",
            "shares_summary",
            "answers",
            "explain_page",
            "explain",
            "decisions_page",
            "decisions",
            "whatif_page",
            "whatif_session",
            "whatif",
            "worth_page",
            "worth",
            "alternatives",
            "frontier_page",
            "frontier",
            "approve",
            "board",
            "check",
            "compare",
            "diff",
            "init",
            "open_roadmap",
            "report_progress",
            "roadmap",
            "schema",
        ),
        *("shares", "show", "verify", "plan_timings", "scenarios_table", "all_scenarios", "plan", "app"),
    ),
    "cost_sharing": (
        *("apportionment", "cooperative_game", "sampling", "group_inventory", "coalitions", "shares_json"),
    ),
    "diagrams": (
        *("axis", "critical_path", "page", "platform_services", "system_rows", "wording", "count_table"),
        *("plan_view", "marks", "milestones", "resource_use", "sentences", "lanes", "gates", "joining_partners"),
        *("legend", "migration_map", "network"),
        *("drawn_roadmap", "dependencies", "sheet", "timeline", "board_summary", "picture_files", "partner_pages"),
        *("roadmap",),
        *("landscape", "plateau_words", "plateau_sheet", "plateau_systems", "plateau_counts", "plateaus"),
    ),
    "diagrams.engine": (
        *("fonts", "graphviz_worker", "layered_layout", "rendering", "themes", "canvas", "accessible_svg"),
        *("pictures",),
    ),
    "explain": (
        *(
            "answer_words",
            "step_words",
            "preconditions",
            "names",
            "values",
            "plan_reading",
            "system_entry",
            "partner_entry",
            "service_entry",
            "plan_entry",
        ),
        *("plan_diff", "inventory_diff", "changes", "scarcity", "sooner"),
        *(
            "explained",
            "forbidden",
            "loosened_limits",
            "choice_search",
            "binding_limits",
            "worth_building",
            "successors",
        ),
        *("explainer", "system_explained", "service_explained", "finish_levels", "finish_explained", "explain_choice"),
        *("explained_plans", "what_if", "diff_words"),
        *("finish_words", "choice_words"),
        *("worth", "worth_words", "frontier", "frontier_words"),
        *("alternatives", "alternative_words"),
        *("last_moments", "decisions", "decision_words", "icalendar"),
        *("do_minimum", "option_plans", "switching", "appraisal"),
    ),
    "editing": ("approval", "new_inventory", "progress_form", "scenario_file"),
    "loading": (
        *("kept_partner", "overlays", "figure_paths", "new_ids", "sources", "unread_files", "drafts"),
        *("approaches", "cycles", "defaults", "risks", "references", "times_outside", "lint", "suspicions"),
        *("selections", "compile", "destinations"),
        *("work_history", "steps", "misreadings", "options", "step_reports", "service_reports", "progress"),
        *("partner_facts", "partner_encoding", "partner_store", "check"),
        *("plan_files", "file_differences", "watching", "written_scenarios"),
    ),
    "loading.schema": (
        *(
            "fields",
            "apportion_rule",
            "support_dates",
            "validation",
            "field_types",
            "models",
            "json_schema",
        ),
    ),
    "parallel": ("jobs", "processes", "cluster", "executors", "mapping", "plans"),
    "report.answers": (
        *("answer_page", "explanation_document", "decisions_document", "worth_document", "frontier_document"),
        *("alternatives_document", "appraisal_document"),
    ),
    "report.facts": ("records", "exposure", "money", "programme", "revenue", "compute"),
    "report.formats": (
        *(
            "svg_elements",
            "chart_layout",
            "charts",
            "interval_picture",
            "cell_text",
            "page_layout",
            "html",
            "pdf",
            "word",
        ),
        *("workbook",),
    ),
    "report.sections": (
        *("wording", "changes", "money", "moves", "people", "programme", "revenue", "risk", "summary"),
        "pack_document",
    ),
    "report.tables": ("plan_tables", "share_files", "tidy_tables", "star_schema"),
    "solving.decomposition": (
        *("arrays", "passes", "array_passes", "compiling", "compiled_passes", "rows", "contracts", "work_worth"),
        *("settled_interface_costs", "step_rows", "column_costs", "yearly_savings", "ties"),
        *("columns", "evaluation", "coupling_constraints"),
        *("alternatives", "service_forest", "service_links", "service_builds", "service_subproblem"),
        *("lagrangian", "subgradient", "resources", "candidates", "shared_revenue", "partial_plan", "service_dates"),
        *("service_cuts", "service_dive"),
        *("greedy", "search_uses", "search_tables", "search_rules", "search_steps", "compiled_search"),
        *("ruin_and_recreate", "ahead_of_time", "exact_neighbourhood", "heuristic"),
        *("reduced_cost_fixing", "certificate", "start", "warm_start", "method", "held_choices"),
    ),
    "solving.exact": (
        "digits",
        "model",
        "presolve",
        "solver",
        "pot_cuts",
        "neighbourhood_search",
        "method",
        "secondary_objective",
    ),
    "solving.formulation": (
        *("stopping", "proven_bound", "costs", "families", "shared_parts", "choices", "people", "resources"),
        *("feasibility_core", "commitments", "settled_interfaces", "remaining", "resource_vectors", "solution"),
        *("assemble", "approved_plan", "merits"),
    ),
    "solving.infeasibility": (
        *("relaxations", "explanation", "money_shortage", "same_years", "elastic_model", "excess"),
        *("further_ways", "irreducible_conflict", "way_out"),
    ),
    "solving.makespan": (
        *("aggregate_model", "project", "tree_search", "serial_schedule", "vectorised_schedule"),
        *("genetic_search", "schedule_search", "fewest_quarters"),
    ),
    "typesetting": ("safe_text", "font_coverage", "typst_compiler"),
    "yaml_files": (
        "messages",
        "nodes",
        "syntax_errors",
        "findings",
        "parser",
        "text_files",
        "writer",
        "pieces",
        "copying",
        "text_editing",
    ),
}
"""Inside a folder, a module imports only those before it."""

SIDES = ("accounts", "solving")
"""Two independent computations of everything that matters: neither side imports the other."""

OWNERS = {
    "yaml": {"yaml_files"},
    "pydantic": {"loading.schema"},
    "pulp": {"solving.exact", "solving.makespan", "solving.decomposition", "cost_sharing"},
    "highspy": {"solving.exact"},
    "numba": {"solving.decomposition"},
    "pandas": {"report.tables"},
    "babel": {"language"},
    "jinja2": {"report.formats"},
    "markupsafe": {"report.formats"},
    "typst": {"typesetting"},
    "docx": {"report.formats"},
    "xlsxwriter": {"report.formats"},
    "pyarrow": {"report.tables"},
    "graphviz": {"diagrams.engine"},
    "pygraphviz": {"diagrams.engine"},
    "dask": {"parallel"},
    "distributed": {"parallel"},
    "rich": {"cli"},
    "typer": {"cli"},
}
"""The folders in which each third-party package is used; numpy is everyone's."""


def folder(name: str) -> str:
    """The folder that a module stands in; a file beside the folders stands for itself."""
    if name in FOLDERS:
        return name
    return name.rpartition(".")[0] or name


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_folder_imports_only_what_the_table_allows(name: str) -> None:
    own = folder(name)
    table = FOLDERS if own in FOLDERS else FILES
    assert own in table, f"{own} has no place in the tables: give it one"
    allowed = {*GROUND, own, *table[own]} if own not in GROUND else set(table[own])
    wrong = {other for other in needs(name) if folder(other) not in allowed}
    assert not wrong or "*" in allowed, f"{name} imports {sorted(wrong)}"


def test_no_module_imports_itself_in_the_end() -> None:
    assert not circles({name: needs(name) for name in NAMES})


def test_every_folder_of_several_modules_has_an_order() -> None:
    inside = [folder(name) for name in NAMES if folder(name) in FOLDERS and folder(name) != name]
    assert sorted(ORDERS) == sorted({package for package in inside if inside.count(package) > 1})


@pytest.mark.parametrize("package", ORDERS)
def test_inside_a_folder_imports_go_one_way(package: str) -> None:
    order = [f"{package}.{module}" for module in ORDERS[package]]
    assert sorted(order) == sorted(name for name in NAMES if folder(name) == package and name != package)
    for place, name in enumerate(order):
        late = {other for other in needs(name) if other in order[place:]}
        assert not late, f"{name} imports {sorted(late)}, which come after it"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_accounts_and_solving_never_meet(name: str) -> None:
    for one, other in (SIDES, SIDES[::-1]):
        if name.split(".")[0] == one:
            assert not {found for found in needs(name) if found.split(".")[0] == other}
    if name.split(".")[0] == "report":
        assert not {found for found in needs(name) if found.split(".")[0] == "solving"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_package_has_one_owner(name: str) -> None:
    for package in sorted({full.split(".")[0] for full in imports(name)}):
        if package not in {*sys.stdlib_module_names, "consolidate", "numpy"}:
            assert package in OWNERS, f"{package} has no owner: give it one"
            assert folder(name) in OWNERS[package], f"{package} belongs to {sorted(OWNERS[package])}"


def test_the_rules_find_what_they_look_for() -> None:
    """The helpers themselves are tried on a module that breaks the rules in every way."""
    text = (
        "import yaml\nfrom consolidate.solving import exact\nfrom .rules import ledger\n"
        "if TYPE_CHECKING:\n    from consolidate import plan\ndef f():\n    import pulp.apis\n"
    )
    names = set(imported(ast.parse(text), "accounts.costs"))
    rules = "consolidate.accounts.rules.ledger"
    assert names == {"yaml", "consolidate.solving.exact", rules, "consolidate.plan", "pulp.apis"}
    assert {module_of(one) for one in ("consolidate.load", "consolidate.plan.Move", rules)} == {
        *("__init__", "plan", "accounts.rules"),
    }
    graph = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset("b"), "d": frozenset("a"), "e": frozenset()}
    assert circles(graph) == ["b", "c"]
