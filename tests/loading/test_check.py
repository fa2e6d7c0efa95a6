"""The inventory as a whole: files in wrong places, scenarios by name, and bounds on what is said and used."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from problem_cases import FILES, found, write

from consolidate.errors import InvalidInventory, Problem
from consolidate.loading import load, sources
from consolidate.loading.check import check_inventory
from consolidate.yaml_files import parser
from consolidate.yaml_files.findings import MOST_IN_A_FILE, MOST_OF_A_KIND

# -- files in wrong places --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["gwent.yaml", "partner/gwent.yaml", "partners/police/gwent.yaml", "scenarios/gwent.yaml", "old/a/gwent.yml"],
)
def test_a_partner_s_file_in_the_wrong_folder_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, {**FILES, name: "partner: Gwent\nsystems: {fleet: {}}\n"})
    (problem,) = [one for one in check_inventory(tmp_path).problems if "which nothing reads here" in one.message]
    assert (problem.path, problem.severity) == (f"{tmp_path}/{name}", "error")
    assert problem.message == "a partner's file, which nothing reads here; move it to `partners/gwent.yaml`"


def test_a_report_in_the_wrong_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "2016-17-Q1.yaml": "quarter: 2016/17 Q1\nsystems: {}\n"})
    (problem,) = found(tmp_path)
    assert problem.message == "a report of progress, which nothing reads here; move it to `progress/2016-17-Q1.yaml`"


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    others = {".git/a.yaml": "systems: {}", "notes/mkdocs.yaml": "site_name: x", "outputs/plan.json": "{}"}
    nested = {f"copy/{name}": text for name, text in FILES.items()}
    assert found(write(tmp_path, {**FILES, **others, **nested})) == ()


# -- a missing services.yaml ------------------------------------------------------------------


def test_a_missing_services_file_is_said_once_and_of_the_file(tmp_path: Path) -> None:
    systems = "systems:\n  email: {needs: [hub]}\n  fax: {options: [{approach: consolidate, to: hub}]}\n"
    systems += "  web: {needs: [hub]}\n"
    files = {name: text for name, text in FILES.items() if name != "services.yaml"}
    (problem,) = found(write(tmp_path, {**files, "partners/torfaen.yaml": systems}))
    assert (problem.path, problem.line) == (f"{tmp_path}/services.yaml", 1)
    where = f"{tmp_path}/partners/torfaen.yaml:2 and 2 more"
    assert problem.message == f"no such file; services are named or needed in {where}: write it, or leave them out"


def test_services_may_be_left_out(tmp_path: Path) -> None:
    assert found(write(tmp_path, {name: text for name, text in FILES.items() if name != "services.yaml"})) == ()


# -- scenarios --------------------------------------------------------------------------------


def test_what_is_odd_only_with_a_scenario_bears_its_name(tmp_path: Path) -> None:
    odd = "  old: {tier: gold, end_of_life: {hardware: 2001-01-01}}\n"
    freeze = "programme: {horizon: {from: 2017/18 Q1}, freezes: [{quarters: [2016/17 Q1]}]}\n"
    scenarios = {f"scenarios/{name}.yaml": freeze for name in ("late", "later")}
    files = {**FILES, **scenarios, "partners/torfaen.yaml": FILES["partners/torfaen.yaml"] + odd}
    files["partners/torfaen.yaml"] += "  new: {earliest: 2016/17 Q2}\n"
    problems = check_inventory(write(tmp_path, files)).problems
    said = sorted((Path(problem.path).name, problem.message) for problem in problems)
    both = " (with scenarios `late` and `later` laid over the inventory)"
    assert said == [
        ("late.yaml", "no quarter of this freeze lies in the horizon"),
        ("later.yaml", "no quarter of this freeze lies in the horizon"),
        ("torfaen.yaml", "`earliest` lies before the horizon, which begins with 2017/18 Q1" + both),
        ("torfaen.yaml", "`end_of_life` lies before the horizon, which begins with 2016/17 Q1"),
        ("torfaen.yaml", "`end_of_life` lies before the horizon, which begins with 2017/18 Q1" + both),
    ]


# -- bounds -----------------------------------------------------------------------------------


def partner(lines: str) -> dict[str, str]:
    return {**FILES, "partners/torfaen.yaml": f"partner: Torfaen\nsystems:\n{lines}"}


def counted(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.message for problem in problems if problem.message.endswith((" first", " helps"))]


def test_the_errors_of_a_file_are_listed_up_to_a_number_and_counted(tmp_path: Path) -> None:
    lines = "".join(f"  s-{number}: {{users: -1}}\n" for number in range(MOST_IN_A_FILE + 50))
    problems = found(write(tmp_path, partner(lines)))
    assert len(problems) == MOST_IN_A_FILE + 1
    assert counted(problems) == ["50 more errors in this file; mend the others first"]
    assert problems[0].line == 3


def test_warnings_of_a_kind_are_listed_up_to_a_number_and_counted(tmp_path: Path) -> None:
    lines = "".join(f"  s-{number}: {{end_of_life: {{hardware: 2018-01-01}}}}\n" for number in range(1_000))
    problems = found(write(tmp_path, partner(lines)))
    assert len([problem for problem in problems if "has no tier" in problem.message]) == MOST_OF_A_KIND
    more = 1_000 - MOST_OF_A_KIND
    assert counted(problems) == [
        f"{more} more warnings of the same kind (systems whose support ends have no tier); "
        "those that are listed say what helps"
    ]


HOSTILE = {
    "unknown keys of a system": "  a:\n" + "".join(f"    key-{number}: x\n" for number in range(20_000)),
    "unknown keys of many": "".join(f"  s-{number}: {{k: 1, l: 2, m: 3, n: 4}}\n" for number in range(4_000)),
    "needs": "  a: {needs: [" + ", ".join(f"need-{number}" for number in range(40_000)) + "]}\n",
    "bad ids": "".join(f"  S_{number}: {{}}\n" for number in range(20_000)),
    "wrong shapes": "".join(f"  s-{number}: x\n" for number in range(20_000)),
    "options": "  a:\n    options:\n" + "      - {approach: rehoost, quarters: x, capital: y}\n" * 5_000,
    "repeated": "  a: {}\n" * 20_000,
    "near-miss names": "".join(
        f"  payroll-and-human-resources-{number:04}: {{after: [payrol-and-human-resources-{number:04}]}}\n"
        for number in range(1_500)
    ),
    "good ones, then bad ones": "".join(f"  s-{number}: {{}}\n" for number in range(10_000))
    + "".join(f"  t-{number}: {{users: -1}}\n" for number in range(10_000)),
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_little_and_says_little(tmp_path: Path, lines: str) -> None:
    write(tmp_path, partner(lines))
    tracemalloc.start()
    began = time.process_time()
    problems = found(tmp_path)
    took, most = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 1 < len(problems) <= MOST_IN_A_FILE + 1
    assert len(counted(problems)) == 1
    assert max(len(problem.message) for problem in problems) < 300
    assert most < 60_000_000
    assert took < 60  # a minute under the watch of tracemalloc, on whatever machine: without bounds it is hours


def test_values_are_cut_in_messages(tmp_path: Path) -> None:
    long = "9" * 50_000
    keys = ("tier", "users", "product", "latest", "after", "end_of_life", "must_move", "size", "confidence", "area")
    lines = "  a:\n" + "".join(f"    {key}: {long}\n" for key in keys if key != "after") + f"    after: [{long}]\n"
    programme = FILES["programme.yaml"] + f"discount_rate: {long}\nminimise: {long}\ncurrency: {long}\n"
    problems = found(write(tmp_path, {**partner(lines), "programme.yaml": programme}))
    assert len(problems) >= 10
    assert max(len(problem.message) for problem in problems) < 300


def test_the_trees_of_a_faulty_scenario_are_let_go_before_others_are_read(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "scenarios/x.yaml": "partners: {torfaen: {systems: {email: {users: -1}}}}\n"})
    with pytest.raises(InvalidInventory) as raised:
        load(tmp_path, "x")
    assert raised.value.__context__ is None


def test_so_many_systems_are_no_inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In all files together, or in a scenario; one that changes all that there are is within bounds."""
    monkeypatch.setattr(sources, "MAX_SYSTEMS", 2)
    message = "more than 2 systems in all; that is no inventory"
    write(tmp_path, {**FILES, "scenarios/x.yaml": "partners: {torfaen: {systems: {email: {users: 5}, library: {}}}}\n"})
    assert message not in [problem.message for problem in found(tmp_path, "x")]
    write(tmp_path, {"scenarios/x.yaml": "partners: {p: {systems: {a: {}, b: {}, c: {}}}}\n"})
    (problem,) = [one for one in found(tmp_path, "x") if one.severity == "error"]
    assert (problem.path, problem.message) == (f"{tmp_path}/scenarios/x.yaml", message)
    for partner in ("p", "torfaen"):
        write(tmp_path, {"scenarios/x.yaml": f"partners: {{{partner}: {{systems: {{a: {{}}}}}}}}\n"})
        (problem,) = [one for one in found(tmp_path, "x") if one.severity == "error"]
        assert (problem.path, problem.message) == (f"{tmp_path}/scenarios/x.yaml", message), "beside what there is"
    write(tmp_path, {"scenarios/x.yaml": "partners: {torfaen: {systems: {email: null, a: {}}}}\n"})
    assert message not in [problem.message for problem in found(tmp_path, "x")]
    write(tmp_path, {"partners/zz.yaml": "partner: Z\nsystems: {a: {}}\n"})
    (problem,) = [one for one in found(tmp_path) if one.severity == "error"]
    assert (problem.path, problem.line, problem.message) == (f"{tmp_path}/partners/zz.yaml", 2, message)


def test_a_file_holds_no_more_than_an_inventory_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_NODES", 1_000)
    needs = "  a: {needs: [" + ", ".join(f"n{number}" for number in range(2_000)) + "]}\n"
    (problem,) = found(write(tmp_path, partner(needs)))
    assert problem.message == "the file holds more than 1,000 keys and values; that is no inventory"
    monkeypatch.setattr(parser, "MAX_NODES", 1_000_000)
    monkeypatch.setattr(parser, "MAX_NODES_IN_ALL", 100)
    assert (
        "the inventory holds more than 100 keys and values" in found(tmp_path)[-1].message + found(tmp_path)[0].message
    )
