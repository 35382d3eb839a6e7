# Everything installs into .venv by itself; a second run finds it there.
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := CUSTOM_COMPILE_COMMAND="make pins" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
	--strip-extras --allow-unsafe --all-build-deps --no-emit-options --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links

.PHONY: help demo install test check fuzz crash lint types format bench audit pins clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: .venv/.runtime ## Serve a demo city on http://127.0.0.1:8080
	@$(BIN)/skm demo

install: .venv/.runtime ## Install into .venv what a server needs

test: .venv/.dev ## Run the test suite (ARGS="-k web" narrows it; DATABASE=sqlite, postgres or all)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(if $(DATABASE),--database $(DATABASE)) $(ARGS)

check: lint types test ## Lint, types and tests: what CI runs

fuzz: .venv/.dev ## Throw twenty times as much at everything that listens as the tests do
	@$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=long tests/fuzz $(ARGS)

crash: .venv/.dev ## Kill -9 at every await and every SQL statement, by every way in (DATABASE=sqlite, postgres)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -o faulthandler_timeout=0 tests/crash --every-point \
		$(if $(DATABASE),--database $(DATABASE)) $(ARGS)

lint: .venv/.dev ## Check style and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/.dev ## Check types, strictly
	@$(BIN)/mypy

format: .venv/.dev ## Reformat and mend what can be mended
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/.dev ## Measure speed and memory (ARGS="--write survey" one, into docs/BENCHMARKS.md)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

audit: .venv/.dev ## Look at what we stand on: pins, licences, known vulnerabilities (asks osv.dev)
	@$(BIN)/python -m pytest -q tests/test_supply.py
	@$(BIN)/pip-audit --vulnerability-service osv --disable-pip --require-hashes -r constraints.txt

# The larger set is solved first, so that what is tested is what is served.
pins: .venv/.dev ## Renew the pinned versions
	@$(COMPILE) --all-extras -o constraints-dev.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra documents -c constraints-dev.txt -o constraints.txt pyproject.toml

clean: ## Remove .venv, caches and build output
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find bot skm tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Python 3.11 or newer is needed: install it, or name it as in "make demo PYTHON=python3.12".'; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo 'This Python cannot make a virtual environment: install python3-venv.'; exit 1; }

.venv/.runtime: constraints.txt pyproject.toml | .venv/bin/python
	@echo 'Installing into .venv ...'
	@$(INSTALL) --require-hashes -r constraints.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: constraints-dev.txt pyproject.toml | .venv/bin/python
	@echo 'Installing into .venv ...'
	@$(INSTALL) --require-hashes -r constraints-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
