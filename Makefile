# make report   set up everything on a fresh machine and build all reports of the demo studies
# make test     the whole test suite
VENV ?= .venv
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
STUDIES ?= online_grocery project_saas

.PHONY: report test lab lint bench quality fuzz soak lock clean

report: $(VENV)/.installed
	@for study in $(STUDIES); do $(BIN)/cjm report $$study || exit 1; done

test: $(VENV)/.tests-installed
	@$(BIN)/python tests/find_browser.py
	$(BIN)/python -m pytest

lab: $(VENV)/.installed
	$(BIN)/cjm lab

lint: $(VENV)/.tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb

BENCHMARKS = measure_import speed embedding pipeline readers privacy evaluate_keywords
bench: $(VENV)/.tests-installed
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

# The coders on sources they never saw: a table in about half an hour.
quality: $(VENV)/.tests-installed
	$(BIN)/python -m benchmarks.quality

# 2,000 spoiled files of every format, in limits of time and memory; a sample of it is in the tests.
fuzz: $(VENV)/.tests-installed
	$(BIN)/python -m tests.fuzz

# Processes killed 200 times while they save decisions, and two that save 10,000 each; less of it is in the tests.
soak: $(VENV)/.tests-installed
	$(BIN)/python -m tests.store_soak

# The lock files: exact versions and hashes for every platform, written by uv.
lock: $(VENV)/.tests-installed
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra test --constraint requirements.lock --universal --generate-hashes \
		--no-header --quiet --output-file requirements-test.lock

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) …"
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/.tests-installed: $(VENV)/.installed requirements-test.lock
	@$(PIP) --require-hashes -r requirements-test.lock
	@touch $@

clean:
	rm -rf reports/online_grocery reports/project_saas .pytest_cache .mypy_cache .ruff_cache
