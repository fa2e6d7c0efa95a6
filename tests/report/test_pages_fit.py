"""Pages of answers in a real browser: at 1280 pixels nothing scrolls sideways, on a phone tables of words need not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsers import LANGUAGES, browser

import consolidate
from consolidate.explain.appraisal import AppraisedOption, CashOfYear, OptionsAppraisal, compare_options
from consolidate.report.document import Pack, PackTable, Section, TableColumn
from consolidate.report.formats.html import html_page

__all__ = ["browser"]

PROGRAMME = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
roles: {dba: {days: 100}}
approaches: {rehost: {medium: {quarters: 1, effort: {dba: 5}, run_cost: 50%}}}
"""
SYSTEMS = "systems: {a: {run_cost: 4_000}}\n"
SCROLLING = (
    "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1)"
    ".map(one => one.innerText.slice(0, 60))"
)


def appraisal(folder: Path) -> OptionsAppraisal:
    """Five options with long names, of a programme of £60 million in which systems are renewed and retired."""
    (folder / "partners").mkdir()
    (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "partners/partner.yaml").write_text(SYSTEMS, encoding="utf-8")
    found = compare_options(folder)
    names = [one.name for one in found.options[:2]]
    names += ["base", "data-migration-engineer", "another-partner-joins"]
    return replace(found, options=tuple(_large(found.options[-1], name) for name in names), best=names[-1])


def _large(one: AppraisedOption, name: str) -> AppraisedOption:
    def cash(amount: CashOfYear) -> CashOfYear:
        return replace(amount, capital=12_345_678.0, revenue=12_345_678.0)

    return replace(
        one,
        name=name,
        renewed=4,
        retired=1,
        npv=24_788_696.0,
        npv_at_most=24_840_939.0,
        cash_npv=10_234_539.0,
        whole_life=52_249_617.0,
        cash=51_083_811.0,
        years=tuple(map(cash, one.years)),
        partners=tuple(map(cash, one.partners)),
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_appraisal_fits_a_screen(browser: Any, tmp_path: Path, code: str) -> None:
    """The table of what options are worth had eleven columns, and the reader did not see the last."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_content(consolidate.appraisal_html(appraisal(tmp_path), code))
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert page.evaluate(SCROLLING) == []
    page.close()


def words() -> str:
    """A page with a table of words, one of them with a count, and one of figures."""
    columns = tuple(TableColumn(key, f"Heading {key}") for key in "abcd")
    said = PackTable("words", "Words", columns, (("one", "what is done about it", "torfaen/revenues", ""),) * 3)
    count = (*columns[:3], TableColumn("d", "Heading d", "count"))
    counted = PackTable("counted", "Counted", count, (("one", "what is done about it", "torfaen/revenues", 1_234),) * 3)
    money = tuple(TableColumn(key, f"Heading {key}", "money") for key in "abcdef")
    figures = PackTable("figures", "Figures", money, ((1_234_567.0,) * 6,) * 3)
    return html_page(Pack("en", "A pack", "", "", "", (), (Section("one", "One", (said, counted, figures)),)))


def test_on_a_phone_a_table_of_words_is_read_without_scrolling(browser: Any) -> None:
    """Its cells stand below one another, each with its heading; it is still a table for those who hear it."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.set_content(words())
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [text.split()[0] for text in page.evaluate(SCROLLING)] == ["Figures"]
    table = page.get_by_role("table", name="Words")
    assert table.get_by_role("columnheader").count() == 4
    assert table.get_by_role("rowheader").count() == 3
    cells = [one.inner_text() for one in table.get_by_role("cell").all()]
    assert cells[:2] == ["what is done about it", "torfaen/revenues"]
    shown = "getComputedStyle(document.querySelectorAll('td')[0], '::before').content"
    assert page.evaluate(shown).startswith('"Heading b: "')
    left = "[...document.querySelectorAll('.stacked tbody tr > *')].map(one => getComputedStyle(one).textAlign)"
    assert set(page.evaluate(left)) == {"left"}
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(shown) == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('tr')).display") == "table-row"
    page.close()
