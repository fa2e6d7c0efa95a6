"""The pack as PDF: what a screen reader finds in it, texts that stay texts, the same bytes every time."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import packs
import pytest
from pypdf import PdfReader

from consolidate.errors import UserError
from consolidate.language import language
from consolidate.report.document import Pack, PackTable, Paragraph, Points, Section, TableColumn
from consolidate.report.formats import page_layout, pdf
from consolidate.typesetting import font_coverage, typst_compiler
from consolidate.typesetting.safe_text import safe_line


def read(pack: Pack) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.pdf_document(pack)))


@pytest.fixture(scope="module")
def welsh() -> PdfReader:
    return read(packs.pack("cy"))


def elements(reader: PdfReader) -> list[tuple[str, dict[str, Any]]]:
    """Every tag of the structure tree with what it says of itself, in reading order."""

    def walk(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"]), dict(node)
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(reader.root_object["/StructTreeRoot"]["/K"]))


def letters(reader: PdfReader) -> str:
    """All text, without blanks: where lines break is the page's business."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def bare(text: str) -> str:
    return "".join(safe_line(text).split())


def test_it_says_that_it_is_accessible_and_what_it_is(welsh: PdfReader) -> None:
    root, metadata = welsh.root_object, welsh.xmp_metadata
    assert root["/Lang"] == "cy-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata.stream.get_data()
    assert welsh.metadata is not None
    assert welsh.metadata.title == packs.pack().title
    assert welsh.metadata.creation_date is None
    assert read(replace(packs.pack(), sections=())).root_object["/Lang"] == "en-GB"


def test_headings_make_the_outline(welsh: PdfReader) -> None:
    titles = [entry["/Title"] for entry in welsh.outline if isinstance(entry, dict)]
    headings = [section.heading for section in packs.pack().sections]
    assert [title for title in titles if title in headings] == headings
    tags = Counter(tag for tag, _ in elements(welsh))
    assert tags["/Title"] == 1
    assert tags["/H1"] == len(headings) + 3  # the summary, the contents, and what it was made from
    assert tags["/TOCI"] == len(headings) + 1
    assert tags["/H2"] == len(packs.headings(packs.pack()))
    assert "/H3" not in tags


def test_tables_are_tables_with_headers() -> None:
    table = packs.everything(200)
    reader = read(replace(packs.pack(), summary=(), sections=(Section("t", "T", (table,)),), properties={}))
    tags = elements(reader)
    count = Counter(tag for tag, _ in tags)
    assert count["/Table"] == count["/THead"] == count["/TBody"] == 1
    assert count["/TR"] == len(table.rows) + 1
    assert count["/TH"] == len(table.columns)
    assert count["/TD"] == len(table.columns) * len(table.rows)
    heads = [node for tag, node in tags if tag == "/TH"]
    assert all("/Column" in str(node["/A"].get_object()) for node in heads)
    headed = [page for page in reader.pages[1:] if "Cutover" in page.extract_text()]
    assert len(headed) == len(reader.pages) - 1 > 2, "the headings stand on every page that the table takes"


def test_pictures_have_alternatives(welsh: PdfReader) -> None:
    found = [node.get("/Alt") for tag, node in elements(welsh) if tag == "/Figure"]
    assert found == [packs.burn_up().description, packs.picture().description]


def test_the_marking_and_the_number_stand_on_every_page() -> None:
    reader = read(packs.pack())
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert text.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(reader.pages)}" in " ".join(text.split())


@pytest.mark.parametrize("text", [*packs.HOSTILE, packs.LONG_WORD, packs.WELSH])
def test_texts_stay_texts(text: str) -> None:
    table = PackTable("t", text, (TableColumn("a", text),), ((text,),), note=text)
    section = Section("s", text, (table, Points((text,)), Paragraph(text), replace(packs.picture(), description=text)))
    pack = replace(packs.pack(), title=text, subtitle=text, marking=text, sections=(section,), properties={text: text})
    reader = read(pack)
    assert letters(reader).count(bare(text)) >= 10
    assert reader.metadata is not None
    assert reader.metadata.title == safe_line(text)
    assert not any("/URI" in str(link.get_object()) for page in reader.pages for link in page.get("/Annots") or ())


def test_letters_that_the_font_lacks_are_shown_as_unknown() -> None:
    picture = packs.picture(packs.SVG.replace("Tŷ", "\N{GRINNING FACE}&#x4e2d;&#65;"))
    blocks = (Paragraph("a \N{GRINNING FACE} b 中"), picture)
    found = letters(read(replace(packs.pack(), summary=blocks, sections=())))
    assert f"a{font_coverage.REPLACEMENT}b{font_coverage.REPLACEMENT}" in found
    assert f"{font_coverage.REPLACEMENT}{font_coverage.REPLACEMENT}Aadŵr" in found


def test_wide_pictures_and_tables_stand_on_turned_pages() -> None:
    wide = packs.SVG.replace('width="480pt"', 'width="1000pt"').replace("0 0 480 200", "0 0 1000 200")
    large = wide.replace("1000", "1700").replace('height="200pt"', 'height="900pt"')
    blocks = (Paragraph("before"), packs.picture(wide), packs.picture(large), Paragraph("after"))
    pages = read(replace(packs.pack(), summary=(), properties={}, sections=(Section("s", "S", blocks),))).pages
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    assert sizes == [(595, 842), (842, 595), (595, 842), (1191, 842), (595, 842)]


def test_columns_have_room_for_their_words() -> None:
    page, points, widths = page_layout.table_placement(["Name", "Cost"], [["a " * 200, "£1"], ["b", "£20"]])
    assert (page, points) == (page_layout.PORTRAIT, 9.0)
    assert widths[0] > widths[1]
    assert sum(widths) <= page_layout.PORTRAIT.room[0] + 1
    many = page_layout.table_placement(["W" * 12] * 14, [["x"] * 14])
    assert many[0] == page_layout.LANDSCAPE
    assert many[1] < 9
    assert sum(many[2]) <= page_layout.LANDSCAPE.room[0] + 1
    squeezed = page_layout.table_placement(["W" * 26] * 30, [])
    assert sum(squeezed[2]) == pytest.approx(page_layout.LANDSCAPE.room[0], abs=1)
    assert page_layout.table_placement([], []) == (page_layout.PORTRAIT, 9.0, [])


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert pdf.pdf_document(packs.pack("cy")) == pdf.pdf_document(packs.pack("cy"))


def test_a_thousand_rows() -> None:
    pages = read(packs.large()).pages
    assert len(pages) > 50
    assert " 999 " in pages[-2].extract_text()


@pytest.mark.parametrize("lacking", ["typst", "fontpkg_arimo"])
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, lacking: str) -> None:
    def without(name: str) -> object:
        return None if name == lacking else found(name)

    found = typst_compiler.find_spec
    caches: Sequence[Any] = (typst_compiler._folder, typst_compiler._fonts, typst_compiler.font_code_points)
    monkeypatch.setattr(typst_compiler, "find_spec", without)
    for cache in caches:
        cache.cache_clear()
    with pytest.raises(
        UserError, match=rf"^a PDF needs the package {lacking.replace('_', '-')}, .*install the optional packages"
    ):
        pdf.pdf_document(packs.pack())
    for cache in caches:
        cache.cache_clear()


def test_only_what_is_short_stands_on_one_page() -> None:
    """A table of few rows may still be higher than a page: then it is broken, or what is below would be lost."""
    columns = tuple(TableColumn(key, key) for key in "abcd")
    for letters, whole, broken in ((20, True, False), (250, False, False), (5_000, False, True)):
        rows = tuple(tuple(f"{key} " + "word " * (letters // 5) for key in "abcd") for _ in range(12))
        _, data = pdf._Writer(language("en"), "GBP").table(PackTable("t", "T", columns, rows))
        assert data["whole"] is whole
        assert all(one is broken for one in data["broken"])
