# Every target installs what it needs into .venv first. `make help` lists the targets.
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := CUSTOM_COMPILE_COMMAND="make pins" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
	--strip-extras --allow-unsafe --all-build-deps --no-emit-options --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links

.PHONY: help demo install test test-all check fuzz crash lint types format bench audit pins sbom clean

help: ## Show this text
	@echo 'SKM bot: README.md says what it is, CONTRIBUTING.md how to work on it.'
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2} \
		/^#@ / {printf "  %s\n", substr($$0, 4)}' Makefile

##@ Try it and run it

demo: .venv/.runtime ## Serve a demo city on http://127.0.0.1:8080
	@$(BIN)/skm demo

install: .venv/.runtime ## Install what a server needs into .venv; then: .venv/bin/skm --help

##@ While you work

test: .venv/.dev ## Run the quick tests: SQLite, fewer generated examples; six minutes on two cores
	@$(PYTEST) --quick $(ARGS)

format: .venv/.dev ## Reformat the code and fix what can be fixed automatically
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lint: .venv/.dev ## Check style and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/.dev ## Check types with mypy --strict
	@$(BIN)/mypy

##@ Before you publish a change

check: lint types test-all ## Check style, types and all tests; with DATABASE=all it is what CI runs

test-all: .venv/.dev ## Run every test with all its examples, each database test on SQLite and PostgreSQL
	@$(PYTEST) $(if $(DATABASE),--database $(DATABASE)) $(ARGS)

fuzz: .venv/.dev ## Run the tests of tests/fuzz with twenty times as many examples
	@$(PYTEST) --hypothesis-profile=long tests/fuzz $(ARGS)

crash: .venv/.dev ## Kill a server (kill -9) at every await and every SQL statement, and check what is stored
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -o faulthandler_timeout=0 tests/crash --every-point \
		$(if $(DATABASE),--database $(DATABASE)) $(ARGS)

bench: .venv/.dev ## Measure speed and memory; ARGS="--write survey" updates docs/BENCHMARKS.md
	@$(BIN)/python -m tests.benchmarks $(ARGS)

##@ Maintenance

audit: .venv/.dev ## Check dependencies: pins, licences and, at osv.dev, known vulnerabilities
	@$(BIN)/python -m pytest -q tests/promises/test_supply.py
	@$(BIN)/pip-audit --vulnerability-service osv --disable-pip --require-hashes -r constraints.txt

# The larger set is resolved first, so that tests run on the versions that are deployed.
pins: .venv/.dev ## Update the pinned versions
	@$(COMPILE) --all-extras -o constraints-dev.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra documents --extra paper -c constraints-dev.txt -o constraints.txt pyproject.toml
	@$(BIN)/python -m tests.tools.sbom

sbom: .venv/.dev ## Write sbom.cdx.json, the list of packages of a deployment (CycloneDX)
	@$(BIN)/python -m tests.tools.sbom

clean: ## Remove .venv, caches and build output
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find bot skm tests -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Variables, such as make test ARGS="-k web"

#@ ARGS      arguments for pytest or the benchmarks: a file, -k EXPRESSION, -x, --durations=20
#@ DATABASE  for test-all, check and crash: sqlite, postgres or all; default: slow tests on SQLite only
#@ WORKERS   how many test processes run at once; default: 2
#@ PYTHON    the interpreter that makes .venv; default: python3

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Python 3.11 or newer is needed: install it, or name it: "make demo PYTHON=python3.12".'; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo 'This Python cannot create a virtual environment: install python3-venv.'; exit 1; }

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
