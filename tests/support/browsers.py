"""A real browser for the tests, where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

LANGUAGES = ("en", "cy")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations", "incomplete"]}
"""Every rule is tried on everything; of what passes one place each is told, for to name them all takes the longest."""
REQUIRED = os.environ.get("CONSOLIDATE_REQUIRE_BROWSER") == "1"


def axe() -> Any:
    """The checker of web pages for what hinders people with disabilities."""
    return package("axe_playwright_python.sync_playwright").Axe()


def package(name: str) -> Any:
    """A package that drives the browser."""
    return import_module(name) if REQUIRED else pytest.importorskip(name, reason=f"{name} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        if REQUIRED:
            pytest.fail(f"no browser found; install one of {', '.join(names)}")
        pytest.skip(f"no browser found (one of {', '.join(names)})")
    with package("playwright.sync_api").sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()
