"""Changes as people type them: what each means, that they compose, and what is refused in a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from problem_cases import write

from consolidate.errors import UserError
from consolidate.explain.changes import figures_only, load_changed
from consolidate.forced_choices import building, cutting_over, forbidding, forcing, not_building, taking
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.variants import delayed

FILES = {
    "programme.yaml": """
programme: Changes
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
capital: {common: {amount: 500}}
""",
    "services.yaml": "services: {mail: {provides: email, build: {quarters: 1}}, old: {provides: records}}\n",
    "partners/a.yaml": """
systems:
  email:
    options: [{approach: consolidate, to: mail}, {approach: rehost, quarters: 2}, {approach: retain}]
  records:
    options:
      - {approach: rehost, quarters: 2, then: {approach: consolidate, to: old, quarters: 3}}
      - {approach: consolidate, to: old}
      - {approach: retain}
""",
    "partners/b.yaml": """
systems:
  email: {options: [{approach: rehost}, {approach: rehost, quarters: 3}, {approach: retire}]}
""",
    "partners/c.yaml": "systems: {email: {options: [{approach: rehost}]}}\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changes")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(folder: Path) -> Inventory:
    return load(folder)


MEANINGS = {
    "force a/email=2017/18 Q1": lambda i: cutting_over(i, "a/email", 4),
    "force a/email = 2017-05-01": lambda i: cutting_over(i, "a/email", 4),
    "force a/email=rehost": lambda i: taking(i, "a/email", [2]),
    "force a/email=mail": lambda i: taking(i, "a/email", [1]),
    "force a/email=retain": lambda i: taking(i, "a/email", [3]),
    "force b/email=rehost": lambda i: taking(i, "b/email", [1, 2]),
    "force a/email=2": lambda i: taking(i, "a/email", [2]),
    "force records=2@2016/17 Q3": lambda i: forcing(i, "a/records", 2, 2),
    "force records=1@2016/17 Q3, 2017/18 Q4": lambda i: forcing(i, "a/records", 1, 1, 5),
    "forbid a/email=2017/18 Q1": lambda i: forbidding(i, "a/email", cutover=4),
    "forbid a/email=rehost": lambda i: taking(i, "a/email", [1, 3]),
    "forbid a/email=3": lambda i: taking(i, "a/email", [1, 2]),
    "force mail": lambda i: building(i, "mail"),
    "force service:mail=2016/17 Q4": lambda i: building(i, "mail", 3),
    "forbid mail": lambda i: not_building(i, "mail"),
    "delay 3": lambda i: delayed(i, 3),
}


@pytest.mark.parametrize("change", MEANINGS)
def test_what_a_change_means(change: str, folder: Path, plain: Inventory) -> None:
    changed = load_changed(folder, [change])
    assert changed == MEANINGS[change](plain)
    assert changed.content_hash == MEANINGS[change](plain).content_hash != plain.content_hash


def test_changes_compose_figures_first(folder: Path, plain: Inventory) -> None:
    changed = load_changed(folder, ["forbid a/email=rehost", "capital.common=-50%", "delay 1"])
    figures = load(folder, changes=["capital.common=-50%"])
    assert changed == delayed(taking(figures, "a/email", [1, 3]), 1)
    assert changed.pots["common"].periods[0].amount == 250
    assert plain.pots["common"].periods[0].amount == 500


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("force a/emial=2", "there is no system, partner or service `a/emial` in the inventory; did you mean a/email?"),
        ("force email=2", "`email` could be a/email, b/email, c/email; say which"),
        ("force a=2", "`a` is a partner; name a system or a service"),
        ("force a/email=4", "a/email has no option 4; it has 1, 2, 3"),
        (
            "force a/email=soon",
            "`soon` is no quarter and no way to treat a/email; write a quarter, as in 2017/18 Q4, or",
        ),
        ("force a/email", "say what of a/email: write `a/email=2017/18 Q4`, a quarter, or one of consolidate, rehost"),
        ("force a/email=2015/16 Q4", "2015/16 Q4 is outside the horizon; name a quarter from 2016/17 Q1 to 2017/18 Q4"),
        ("force records=1@2016/17 Q3", "option 1 of a/records has 2 steps; give the cutover of each"),
        ("force records=1@2016/17 Q3,later", "`later` is no quarter"),
        ("force old", "old is there already"),
        ("force mail=2018/19 Q1", "2018/19 Q1 is outside the horizon"),
        ("forbid c/email=rehost", "c/email has no other options than `rehost`"),
        ("forbid mail=2017/18 Q1", "a service can only be forbidden as a whole; write `forbid mail`"),
        ("delay soon", "`soon` is no number of quarters; write `delay 4`"),
        ("delay 99", "open are 2016/17 Q1 to 2017/18 Q4; delay by at most 7 quarters"),
        ("delay 8", "a delay of 8 quarters leaves no quarter of the horizon for anything to begin in"),
        ("force", "changes no figure; write PATH=VALUE"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(change: str, message: str, folder: Path) -> None:
    with pytest.raises(UserError) as error:
        load_changed(folder, [change])
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_longest_delay_leaves_a_quarter(folder: Path) -> None:
    assert load_changed(folder, ["delay 7"]) == delayed(load(folder), 7)


def test_only_figures_can_be_saved() -> None:
    assert figures_only(["capital.common=1", "a/email.latest=+1"]) == ("capital.common=1", "a/email.latest=+1")
    with pytest.raises(UserError, match="`delay 4` is none"):
        figures_only(["capital.common=1", "delay 4"])


def test_a_year_outside_the_horizon_is_what_is_wrong_also_where_there_is_no_figure_to_change(tmp_path: Path) -> None:
    """Of a pot whose years are listed; unless the change moves the horizon, so that what else is wrong is said."""
    text = FILES["programme.yaml"].replace("capital: {", "capital: {listed: {amount: {2016/17: 5, 2017/18: 6}}, ")
    assert "listed" in text
    folder = write(tmp_path, {**FILES, "programme.yaml": text})
    for change in ("capital.listed.2025/26=-10%", "capital.listed.2025/26 Q1=+5", "capital.listed.2010/11=-1"):
        with pytest.raises(
            UserError, match="is outside the horizon, so it would change nothing; name one of 2016/17 to"
        ):
            load_changed(folder, [change])
    with pytest.raises(
        UserError, match="there is no figure here yet that could be changed by so much; write an amount"
    ):
        load_changed(folder, ["horizon.to=2025/26 Q4", "capital.listed.2025/26=-10%"])


def test_a_figure_of_a_year_in_which_nothing_is_planned_is_refused(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {**FILES, "programme.yaml": FILES["programme.yaml"] + "roles: {dba: {days: 5, day_cost: 9}}\n"}
    )
    for change, where in (
        ("capital.common.2018/19=-10%", "horizon"),
        ("capital.common.2015/16=5", "horizon"),
        ("roles.dba.2030/31=7", "horizon"),
        ("roles.dba.day_cost.2030/31=7", "appraisal"),
    ):
        with pytest.raises(
            UserError, match=f"is outside the {where}, so it would change nothing; name one of 2016/17 to 2017/18"
        ):
            load_changed(folder, [change])
    with pytest.raises(UserError, match=r"it would change nothing; name 2016/17$"):
        load_changed(folder, ["horizon.to=2016/17 Q4", "capital.common.2018/19=5"])
    with pytest.raises(UserError, match=r"2017/81 Q1 is no such time; the year after 2017 is 18"):
        load_changed(folder, ["capital.common.2017/81 Q1=-5%"])
    assert load_changed(folder, ["capital.common.2017/18=5", "roles.dba.2016/17 Q2=7"]).roles["dba"].days is not None
