"""The words that every drawing uses: names, quarters, counts, risks, approaches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from consolidate.diagrams.engine import themes
from consolidate.inventory import Inventory, Name
from consolidate.language import Language
from consolidate.vocabulary import APPROACH_NAMES, RISK_TEXT


@dataclass(frozen=True)
class DiagramWords:
    """The inventory's names and the terms of drawings, in one language."""

    inventory: Inventory
    language: Language

    def name(self, name: Name) -> str:
        """A name in the language, or the English one where it has none."""
        return self.language.name(name)[0]

    @cached_property
    def programme(self) -> str:
        """The programme's name."""
        return self.name(self.inventory.programme)

    def partner(self, partner: str) -> str:
        """The name of the partner with this id."""
        return self.name(self.inventory.partners[partner].name)

    def service(self, service: str | None) -> str:
        """A service's name; the id itself of one that the inventory has not."""
        known = self.inventory.services.get(service or "")
        return self.name(known.name) if known is not None else service or ""

    def approach(self, approach: str) -> tuple[str, str]:
        """How an approach is written, in full and where there is little room."""
        if approach not in APPROACH_NAMES:
            return approach, approach
        full, brief = APPROACH_NAMES[approach]
        return self.language.text(full), self.language.text(brief)

    def destination(self, destination: str) -> str:
        """The name of a service, or of the approach of systems that go to none."""
        known = destination in self.inventory.services
        return self.service(destination) if known else self.approach(destination)[0]

    def quarter(self, quarter: int) -> str:
        """The label of a quarter: ``2017/18 Q1``."""
        return self.language.quarter(self.inventory.label(quarter))

    def span(self, start: int, end: int) -> str:
        """``2017/18 Q1 to Q2``, ``2017/18 Q4 to 2018/19 Q1`` or ``2017/18 Q1``."""
        first, last = self.quarter(start), self.quarter(end)
        if start == end:
            return first
        same = self.inventory.calendar.year(start) == self.inventory.calendar.year(end)
        return self.language.text("{first} to {last}", first=first, last=last.split()[1] if same else last)

    def systems(self, count: int) -> str:
        """``1 system``, ``20 systems``."""
        return self.language.plural("{n} system", "{n} systems", count)

    def quarters(self, count: int) -> str:
        """``1 quarter``, ``3 quarters``."""
        return self.language.plural("{n} quarter", "{n} quarters", count)

    def risk_letter(self, risk: str) -> str:
        """The letter of a risk: R, A or G in English; none of what is not rated."""
        return self.language.rag(themes.RISK_WORD[risk])[0] if risk else ""

    def risk_word(self, risk: str) -> str:
        """The word for a risk: red, amber or green in English, and of what is not rated, that."""
        if risk == themes.UNRATED:
            return self.language.text("not rated")
        return self.language.rag(themes.RISK_WORD[risk])[1]

    @cached_property
    def risk_letters(self) -> str:
        """``R red: unsupported for two quarters or more; A amber:`` and so on."""
        return "; ".join(f"{self.risk_letter(risk)} {self.risk_meaning(risk)}" for risk in "RAG")

    def risk_meaning(self, risk: str) -> str:
        """The word for a risk and what it means: ``green: in good time``."""
        return f"{self.risk_word(risk)}: {self.language.text(RISK_TEXT[risk])}"
