# make plan   sets up, plans the shipped inventory and says where the pictures are
# make test   sets up and runs the tests
# make check  adds the linter and the type checker
# make attack runs the long tests: kills, races, full disks, planted links
# make bench  measures; make clean takes away what the others made

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
INVENTORY ?= inventory
OUT ?= outputs

.PHONY: plan test check attack bench clean

plan: $(VENV)/.ready
	$(BIN)/consolidate plan $(INVENTORY) --out $(OUT)
	@echo "The pictures: $(OUT)/roadmap.svg (and .png), $(OUT)/map.svg, $(OUT)/dependencies.svg"

# Some of the tests run commands, each in a process of its own: they are compiled once, whatever the machine's default.
test check: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.tested
	$(BIN)/python -m pytest

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

attack: $(VENV)/.tested
	$(BIN)/python -m pytest tests/attack

bench: $(VENV)/.measured
	$(BIN)/python benchmarks/bench.py

clean:
	-@$(PYTHON) -c 'from consolidate.cache_folder import clear_user_cache; clear_user_cache()' 2>/dev/null
	rm -rf $(VENV) outputs build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# pygraphviz carries Graphviz for machines without it. Where it has no wheel, the planner works all
# the same: it uses the machine's own `dot`, or says in one line that it cannot draw.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("consolidate needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	-@$(PIP) --editable '.[board]' || echo "no typst for this machine: consolidate board says which of its files it cannot write"
	-@$(PIP) --only-binary pyarrow --editable '.[parquet]' 2>/dev/null || echo "no pyarrow for this machine: the pack's tables are not written as Parquet"
	-@$(PIP) --only-binary numba,llvmlite --editable '.[fast]' 2>/dev/null || echo "no numba for this machine: large inventories take longer, with the same plans"
	-@$(PIP) --only-binary :all: pygraphviz 2>/dev/null || echo "no pygraphviz for this machine: pictures need Graphviz's dot"
	@echo "compiling what plans many systems, once"
	-@$(BIN)/python -c 'import consolidate; consolidate.compile_ahead(consolidate.load("examples/onesource"))'
	@touch $@

$(VENV)/.tested: $(VENV)/.ready
	$(PIP) --editable '.[dev]'
	@touch $@

# CP-SAT, to be measured against; without it the rest is measured all the same.
$(VENV)/.measured: $(VENV)/.ready
	-@$(PIP) --editable '.[bench]' || echo "no OR-Tools for this machine: measured without CP-SAT"
	@touch $@
