"""The pack as HTML, without a browser: structure, texts that stay texts, the same every time, not too large."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import packs
import pytest

from consolidate.report.document import Pack, PackPicture, PackTable, Paragraph, Points, Section, TableColumn
from consolidate.report.formats.html import html_page, inline_svg
from consolidate.typesetting.safe_text import safe_line

VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """What a page holds; complains where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(html_page(packs.pack(), others={"en": "pack.en.html", "cy": "pack.cy.html"}))


def test_headings_are_in_order(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        named = [
            *(attributes.get("aria-labelledby") or "").split(),
            *(attributes.get("aria-describedby") or "").split(),
        ]
        named += [link[1:] for link in [attributes.get("href") or ""] if link.startswith("#")]
        assert set(named) <= set(ids)


def test_every_table_has_a_caption_and_every_header_a_scope(page: Page) -> None:
    tables = list(packs.pack().tables())
    assert len(page.all("caption")) == len(page.all("table")) == len(tables)
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    assert len(page.all("tr")) == sum(1 + len(table.rows) for table in tables)


def test_nothing_but_text_comes_of_texts(page: Page) -> None:
    """No name of an element, an attribute or a scheme that the templates do not write."""
    drawn = {"svg", "g", "path", "rect", "polygon", "circle", "text", "title", "desc", "pattern"}
    written = (
        "html head meta title style body a header div p nav main h1 h2 h3 section ul ol li dl dt dd strong span b"
        " table caption thead tbody tr th td footer"
    )
    assert {tag for tag, _ in page.tags} <= drawn | set(written.split())
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    links = {attributes.get("href") for attributes in page.all("a")}
    assert {link for link in links if not str(link).startswith("#")} == {"pack.cy.html"}
    said = "\n".join(page.words)
    for text in packs.HOSTILE:
        assert safe_line(text) in said


def test_it_is_whole(page: Page) -> None:
    """It asks for nothing: no element or attribute of it leads elsewhere, nor does its style sheet."""
    text = html_page(packs.pack())
    sheet = text[text.index("<style>") : text.index("</style>")]
    assert not re.search(r"url\(|@import|//", sheet)
    assert not [
        name for _, attributes in page.tags for name in attributes if name in {"src", "srcset", "data", "action"}
    ]
    assert page.all("link") == []
    policy = next(one for one in page.all("meta") if "http-equiv" in one)
    assert str(policy["content"]).startswith("default-src 'none'")


def test_the_marking_is_above_and_below_and_on_each_printed_page() -> None:
    hostile = 'OFFICIAL"; } </style><script>x</script>'
    text = html_page(replace(packs.pack(), marking=hostile))
    page = Page(text)
    assert page.words.count(hostile) == 2
    assert page.all("script") == []
    sheet = text[text.index("<style>") : text.index("</style>")]
    assert len(re.findall(r'content: "OFFICIAL\\22 ', sheet)) == 2


def test_ratings_have_a_letter_and_a_word() -> None:
    english, welsh = html_page(packs.pack("en")), html_page(packs.pack("cy"))
    assert '<span class="rag red"><b>R</b> Red</span>' in english
    assert '<span class="rag red"><b>C</b> coch</span>' in welsh
    assert '<span class="rag none">Not given</span>' in english


def test_the_draft_is_said() -> None:
    draft = "Drafft yw'r cyfieithiad hwn."
    text = html_page(replace(packs.pack("cy"), draft=draft))
    assert '<html lang="cy"' in text
    assert "Drafft yw&#39;r cyfieithiad hwn." in text
    assert '<p class="draft">' not in html_page(packs.pack("en"))


def test_same_pack_same_bytes() -> None:
    assert html_page(packs.pack("cy")) == html_page(packs.pack("cy"))


def test_an_empty_pack() -> None:
    page = Page(html_page(Pack("en", "T", "", "", "", (), ())))
    assert [tag for tag, _ in page.tags if tag.startswith("h") and tag[1:].isdigit()] == ["h1"]


def test_a_thousand_systems_stay_under_five_megabytes() -> None:
    assert len(html_page(packs.large(1000)).encode()) < 5_000_000


def test_the_currency() -> None:
    text = html_page(packs.pack(), currency="EUR")
    assert "-€5,000" in text
    assert "-£5,000" not in text


def test_two_sections_of_one_name() -> None:
    twice = (Section("same", "One", (Paragraph("a"),)), Section("same", "Two", (Paragraph("b"),)))
    page = Page(html_page(replace(packs.pack(), sections=twice)))
    assert [attributes.get("href") for attributes in page.all("a")][1:] == ["#same", "#same.2"]


# Pictures drawn elsewhere


def picture(body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9pt">{body}</svg>'


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<image href="https://example.org/x.png"/>',
        '<use href="https://example.org/x.svg#a"/>',
        "<foreignObject><p>x</p></foreignObject>",
        "<style>@import url(https://example.org/x.css)</style>",
        '<rect onclick="alert(1)"/>',
        '<rect style="fill: url(https://example.org)"/>',
        '<rect fill="url(https://example.org)"/>',
        '<!-- comment --><g><set attributeName="onclick" to="alert(1)"/></g>',
    ],
)
def test_a_picture_is_only_drawing(body: str) -> None:
    text = inline_svg(picture(body), "p", "T", "D")
    assert not re.search(r"alert|example|script|image|style|<a|use|comment|onclick", text)


def test_a_picture_keeps_what_is_drawn() -> None:
    body = '<defs><pattern id="dots"/></defs><rect id="a" fill="url(#dots)"/><text>Tŷ &lt;b&gt;</text>'
    text = inline_svg(picture(body), "p", "A <title>", "What is seen")
    assert '<pattern id="p-dots"' in text
    assert 'fill="url(#p-dots)"' in text
    assert "Tŷ &lt;b&gt;" in text
    assert '<title id="p-title">A &lt;title&gt;</title>' in text
    assert 'width="11"' in text, "the letters are to be read: 1.2 pixels for each of its 9 points"
    assert 'role="img"' in text


@pytest.mark.parametrize(("text", "said"), [("<svg", "well-formed"), ("<p/>", "no SVG")])
def test_what_is_no_picture(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        inline_svg(text, "p", "", "")


def test_no_sign_is_parted_from_its_figure(page: Page) -> None:
    """In a cell of words, of which the lines are broken; what looks like a sign within a word stays as it is."""
    columns = (TableColumn("key", "Key"), TableColumn("what", "What"), TableColumn("more", "More", "money"))
    rows = (("x", "proven: -£90,200 to +1,010 (-5%) of <b> hr-payroll 2017-18", -5.0),)
    table = PackTable("t", "Table", columns, rows)
    body = html_page(replace(packs.pack(), sections=(Section("one", "One", (table,)),)))
    assert (
        '<td>proven: <span class="short">-£90,200</span> to <span class="short">+1,010</span> '
        '(<span class="short">-5%</span>) of &lt;b&gt; hr-payroll 2017-18</td>'
    ) in body


def test_a_picture_no_wider_than_a_chart_is_set_as_one() -> None:
    narrow = '<svg xmlns="http://www.w3.org/2000/svg" width="760" height="200" viewBox="0 0 760 200"/>'
    table = PackTable("t", "Table", (TableColumn("what", "What"),), (("x",),))
    for svg, shape in ((narrow, "narrow"), (narrow.replace("760", "900"), "broad")):
        picture = PackPicture("p", "Picture", "What it shows", svg, None, table)
        assert f'class="scroll drawing picture {shape}"' in html_page(
            replace(packs.pack(), sections=(Section("one", "One", (picture,)),))
        )


@pytest.mark.parametrize(("code", "word"), [("en", "to"), ("cy", "i")])
def test_an_arrow_is_seen_as_one_and_heard_as_a_word(code: str, word: str) -> None:
    """Where it stands between blanks; it is none in somebody's code."""
    arrow = f'<span role="img" aria-label="{word}">→</span>'
    table = PackTable("arrows", "Arrows", (TableColumn("what", "What"),), (("A -> B by -£90",), ("a->b",)))
    blocks = (Paragraph("12 -> 10"), Points(("2 → 1 <b>", "p->q")), table)
    text = html_page(Pack(code, "A pack", "", "", "", (), (Section("one", "One", blocks),)))
    assert f"<p>12 {arrow} 10</p>" in text
    assert f"<li>2 {arrow} 1 &lt;b&gt;</li>" in text
    assert f'A {arrow} B by <span class="short">-£90</span><' in text
    assert " -> " not in text
    assert "p-&gt;q" in text
    assert "a-&gt;b" in text
