# Two commands on a fresh machine: `make demo` shows the office at work, `make test` proves it.

PYTHON ?= python3
BIN    := .venv/bin
SCALE  ?= 1
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: demo test test-sqlite test-postgres test-slow check bench golden lock clean
.DEFAULT_GOAL := demo

# ── Environments, built from hash-locked lists ──

.venv/run.stamp: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# ── The office ──

demo: .venv/run.stamp            ## a synthetic district's year, figures beside the document's
	$(BIN)/jubao demo --scale $(SCALE)

ROWS ?= 1000000
bench: .venv/run.stamp           ## how fast the set-based runs are (ROWS=100000 for a quick look), figures in var/bench
	for job in payroll interest post match-exact match-fuzzy; do $(BIN)/python -m benchmarks $$job --rows $(ROWS) || exit 1; done

# ── The proofs ──

test: test-sqlite test-postgres  ## everything, on both engines

test-sqlite: .venv/dev.stamp
	JUBAO_TEST_ENGINE=sqlite $(PYTEST)

test-postgres: .venv/dev.stamp
	JUBAO_TEST_ENGINE=postgres $(PYTEST)

test-slow: .venv/dev.stamp       ## whole years, kill -9, long random lives, small benchmarks; a quarter of an hour
	JUBAO_TEST_ENGINE=sqlite $(PYTEST) -m slow

check: .venv/dev.stamp           ## style, types, direction of imports: all three, then the verdict
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

golden: .venv/dev.stamp          ## renew the snapshots, then read the difference
	JUBAO_GOLDEN=renew $(PYTEST)

lock: .venv/dev.stamp            ## renew the hash-locked lists (UPGRADE=--upgrade for newer ones); they name no host
	$(BIN)/uv pip compile $(LOCK) --extra build --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

LOCK := --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links $(UPGRADE)

clean:                           ## forget the environment; the office's books under var/ stay
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
