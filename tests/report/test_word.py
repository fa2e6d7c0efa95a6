"""The pack in Word: real headings, captions and tables, alternative texts, texts that stay texts, the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import packs
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from consolidate.errors import UserError
from consolidate.language import language
from consolidate.report.document import Pack, PackTable, Paragraph, Points, Section, TableColumn
from consolidate.report.formats import word
from consolidate.report.formats.cell_text import cell_text
from consolidate.typesetting.safe_text import safe_line


def read(pack: Pack, **more: Any) -> Document:
    return docx.Document(io.BytesIO(word.word_document(pack, **more)))


@pytest.fixture(scope="module")
def english() -> Document:
    return read(packs.pack())


def styled(document: Document, style: str) -> list[str]:
    return [one.text for one in document.paragraphs if one.style is not None and one.style.name == style]


def test_headings_and_captions_have_their_styles(english: Document) -> None:
    pack = packs.pack()
    assert styled(english, "Title") == [pack.title]
    headings = [safe_line(section.heading) for section in pack.sections]
    assert styled(english, "Heading 1") == ["Summary", *headings, "What this pack was made from"]
    assert styled(english, "Heading 2") == [safe_line(text) for text in packs.headings(pack)]
    captions = styled(english, "Caption")
    assert {safe_line(table.caption) for table in pack.tables()} <= set(captions)
    assert {packs.burn_up().title, packs.picture().title} <= set(captions)
    assert "One." in styled(english, "List Bullet")


def test_the_contents_lead_to_the_headings(english: Document) -> None:
    body = english.element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert anchors == [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    linked = ["".join(letters.text for letters in link.iter(qn("w:t"))) for link in body.iter(qn("w:hyperlink"))]
    assert linked == styled(english, "Heading 1")


def test_tables_have_headers_and_every_cell(english: Document) -> None:
    tables = list(packs.pack().tables())
    assert len(english.tables) == len(tables)
    own = language("en")
    for found, table in zip(english.tables, tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in found.rows] if len(table.rows) < 40 else []
        said = [
            [safe_line(cell_text(own, column.kind, cell)) for column, cell in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
        assert rows == [[safe_line(column.heading) for column in table.columns], *said]
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in found.rows]
        assert heads == [True, *[False] * len(table.rows)]
        properties = found._tbl.tblPr
        assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == safe_line(table.caption)


def test_pictures_have_alternatives(english: Document) -> None:
    alternatives = [one.get("descr") for one in english.element.body.iter(qn("wp:docPr"))]
    assert alternatives == [packs.burn_up().description, packs.picture().description]


def test_a_picture_without_png_is_drawn() -> None:
    section = Section("s", "S", (replace(packs.picture(), png=None),))
    document = read(replace(packs.pack(), sections=(section,)))
    (shape,) = document.inline_shapes
    assert shape.width.pt == pytest.approx(480, abs=2)


def test_the_marking_and_the_number_stand_on_every_page(english: Document) -> None:
    for section in english.sections:
        assert section.header.paragraphs[0].text == "OFFICIAL-SENSITIVE"
        assert section.footer.paragraphs[0].text == "OFFICIAL-SENSITIVE"
        assert section.footer.paragraphs[1].text == "Page 1 of 1"
        codes = [one.text for one in section.footer._element.iter(qn("w:instrText"))]
        assert [code.strip() for code in codes] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(("code", "region"), [("en", "en-GB"), ("cy", "cy-GB")])
def test_the_language_is_that_of_every_style(code: str, region: str) -> None:
    document = read(packs.pack(code))
    said = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert said == {region}
    assert document.core_properties.language == region


def test_wide_pictures_stand_on_turned_pages() -> None:
    wide = packs.SVG.replace('width="480pt"', 'width="1000pt"')
    blocks = (Paragraph("before"), packs.picture(wide), Paragraph("after"))
    document = read(replace(packs.pack(), summary=(), properties={}, sections=(Section("s", "S", blocks),)))
    turned = [one.page_width > one.page_height for one in document.sections if one.page_width and one.page_height]
    assert turned == [False, True, False]


@pytest.mark.parametrize("text", [*packs.HOSTILE, packs.LONG_WORD, packs.LONG_TEXT, packs.WELSH])
def test_texts_stay_texts(text: str) -> None:
    table = PackTable("t", text, (TableColumn("a", text),), ((text,),), note=text)
    section = Section("s", text, (table, Points((text,)), Paragraph(text), replace(packs.picture(), description=text)))
    pack = replace(packs.pack(), title=text, marking=text, sections=(section,), properties={text: text})
    document = read(pack)
    said = safe_line(text)
    assert [one.text for one in document.paragraphs].count(said) >= 6
    assert [cell.text for cell in document.tables[0].columns[0].cells] == [said, said]
    codes = [one.text.split()[0] for one in document.element.body.iter(qn("w:instrText"))]
    assert codes == ["TOC"]


def test_the_same_pack_gives_the_same_bytes() -> None:
    content = word.word_document(packs.pack("cy"))
    assert content == word.word_document(packs.pack("cy"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {2000}
        dates = re.findall(rb"\d{4}-\d\d-\d\dT", archive.read("docProps/core.xml"))
    assert set(dates) == {b"2000-01-01T"}


def test_a_council_s_own_template_gives_the_looks(tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("From the council")
    template.sections[0].header.paragraphs[0].text = "The council"
    template.styles["Heading 1"].font.name = "Comic Sans MS"
    for name in ("Caption", "Subtitle", "List Bullet"):
        template.styles.element.remove(template.styles[name].element)
    template.save(str(tmp_path / "own.docx"))
    document = read(packs.pack(), template=tmp_path / "own.docx")
    assert document.paragraphs[0].text == "From the council"
    assert document.styles["Heading 1"].font.name == "Comic Sans MS"
    assert [one.text for one in document.sections[0].header.paragraphs] == ["The council", "OFFICIAL-SENSITIVE"]
    assert styled(document, "Caption")


def test_what_is_no_template_is_said(tmp_path: Path) -> None:
    (tmp_path / "no.docx").write_text("no")
    with pytest.raises(UserError, match=r"no\.docx: no Word document \(.*\); give a \.docx file"):
        word.word_document(packs.pack(), template=tmp_path / "no.docx")


def test_a_thousand_rows() -> None:
    tables = read(packs.large()).tables
    assert [len(table._tbl.tr_lst) for table in tables] == [1002, 1001]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "find_spec", lambda name: None)
    with pytest.raises(
        UserError, match=r"^a Word document needs the package python-docx, .*install the optional packages"
    ):
        word.word_document(packs.pack())
