# Two commands on a fresh machine: `make demo` shows the office at work, `make test` proves it.

PYTHON ?= python3
VENV   := $(or $(JUBAO_VENV),.venv)
BIN    := $(VENV)/bin
SCALE  ?= 1
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: demo desk test test-sqlite test-postgres test-slow stories pictures check bench golden lock clean
.DEFAULT_GOAL := demo

# ── Environments, built from hash-locked lists: each names everything, so nothing is chosen on the day ──

PIP     := -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-deps
LOCKED  := $(INSTALL) --require-hashes -r
REMEDY  := echo "the environment does not fit its list: make clean; if pyproject.toml asks for more: make lock"

$(VENV)/run.stamp: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements.txt
	$(BIN)/python $(INSTALL) --no-build-isolation -e .
	test -e $(VENV)/dev.stamp || $(BIN)/python $(PIP) check || { $(REMEDY); exit 1; }
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python $(LOCKED) requirements-dev.txt
	$(BIN)/python $(PIP) check || { $(REMEDY); exit 1; }
	touch $@

# Beancount is GPL and therefore stays in an environment of its own.
$(VENV)/audit.stamp: requirements-audit.txt
	$(PYTHON) -m venv --clear $(VENV)/audit
	$(VENV)/audit/bin/python $(LOCKED) requirements-audit.txt
	$(VENV)/audit/bin/python $(PIP) check
	touch $@

# ── The office ──

demo: $(VENV)/run.stamp          ## a synthetic district's year, figures beside the document's
	$(BIN)/jubao demo --scale $(SCALE)

HOST   ?= 127.0.0.1
PORT   ?= 8000
desk: $(VENV)/run.stamp          ## the office in a browser, on demonstration books that are made the first time
	$(BIN)/jubao desk --host $(HOST) --port $(PORT)

ROWS   ?= 1000000
MONTHLY ?= 200000
ENGINES ?= sqlite postgres
BENCH  := $(BIN)/python -m benchmarks
bench: $(VENV)/dev.stamp         ## how fast it is, against limits and peers (ROWS=100000 MONTHLY=20000 for a quick look), figures in var/bench
	for engine in $(ENGINES); do for job in payroll interest post credit acts listing pages; do \
	    $(BENCH) $$job --engine $$engine --rows $(ROWS) || exit 1; done; \
	    $(BENCH) growth --engine $$engine --rows $(MONTHLY) || exit 1; done
	for job in match-exact match-fuzzy; do $(BENCH) $$job --rows $(ROWS) || exit 1; done
	$(BENCH) start && for scale in 0.05 1; do $(BENCH) demo --scale $$scale || exit 1; done

# ── The proofs ──

test: test-sqlite test-postgres  ## everything, on both engines

test-sqlite: $(VENV)/dev.stamp
	JUBAO_TEST_ENGINE=sqlite $(PYTEST)

test-postgres: $(VENV)/dev.stamp
	JUBAO_TEST_ENGINE=postgres $(PYTEST)

test-slow: $(VENV)/dev.stamp     ## whole years, kill -9, long random lives, small benchmarks; a quarter of an hour
	JUBAO_TEST_ENGINE=sqlite $(PYTEST) -m slow

stories: $(VENV)/dev.stamp       ## whole matters, each played by the posts it takes, in Chromium; skipped visibly without one
	$(BIN)/python -m pytest -m stories tests/stories -q

pictures: $(VENV)/dev.stamp      ## renew the pictures of the desk in docs/desk, then look at them
	JUBAO_PICTURES=renew $(BIN)/python -m pytest -m stories tests/stories/test_pictures.py -q

check: $(VENV)/dev.stamp         ## style, types, direction of imports: all three, then the verdict
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

golden: $(VENV)/dev.stamp        ## renew the pages of docs that the program writes, then read the difference
	JUBAO_GOLDEN=renew $(BIN)/python -m pytest -m golden -q

lock: | $(BIN)/uv                ## renew the hash-locked lists (UPGRADE=--upgrade for newer ones); they name no host
	$(BIN)/uv pip compile $(LOCK) --extra build --extra dev --output-file requirements-dev.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra build --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --group audit --output-file requirements-audit.txt

LOCK := --quiet --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links $(UPGRADE)

$(BIN)/uv:                       # without the checks, so that a list which no longer fits can still be renewed
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements-dev.txt

clean:                           ## forget the environment; the office's books under var/ stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
