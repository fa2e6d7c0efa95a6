"""What pyproject.toml has no words for: the examples of the repository go into the wheel, as data of the package.

``consolidate init --example`` copies them from there; where the package is used from its source, it reads them where
they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithExamples(build_py):
    """Copies the package, and into its data the inventories of ``examples/`` and ``inventory/``."""

    def run(self) -> None:
        """Copy, unless the package is installed in place."""
        super().run()
        if self.editable_mode:
            return
        sources = {path.parent.name: path.parent for path in sorted(ROOT.glob("examples/*/programme.yaml"))}
        for name, source in {"srs": ROOT / "inventory", **sources}.items():
            target = Path(self.build_lib, "consolidate", "data", "examples", name)
            for path in (*source.rglob("*.yaml"), *source.glob("README.md")):
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


setup(cmdclass={"build_py": BuildWithExamples})
