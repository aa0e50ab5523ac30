# webcare: everything a person types to run, test and check it.
# Needs Python 3.11 or newer, make, and the package registry the first time; no git.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
# More than there are cores, for many tests wait for a terminal or a second process. Two cores: with 2 workers 7:00,
# with 3 6:21, with 4 5:15.
WORKERS ?= $$(( $$(getconf _NPROCESSORS_ONLN) + 4 ))
ARGS ?=

# Installs are retried: a registry that hiccups should not fail a build.
PIP := $(BIN)/python -m pip --disable-pip-version-check
retry = for try in 1 2 3; do $(1) && break; \
	[ $$try -lt 3 ] || { echo "The packages could not be installed; check the network and run this again." >&2; exit 1; }; \
	sleep $$((try * 3)); done

.PHONY: help
help: ## say what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(VENV)/.run-ready ## open the desk (the practice channel, where nothing is configured); ARGS="--help"
	@$(BIN)/webcare $(ARGS)

.PHONY: test
test: $(VENV)/.dev-ready ## run the whole suite; ARGS="-k clock" for a part
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(ARGS) || { status=$$?; [ $$status -eq 1 ] || exit $$status; \
		echo "SOME TESTS FAILED: they run once more, alone; one that passes now is flaky and must be mended." >&2; \
		$(BIN)/python -m pytest -q --last-failed --last-failed-no-failures none $(ARGS); }

.PHONY: test-servers
test-servers: $(VENV)/.dev-ready ## install real servers on this machine and test against them
	@$(BIN)/python -m tests.servers.install
	@$(BIN)/python -m pytest -q -m servers tests/servers $(ARGS)

.PHONY: test-models
test-models: $(VENV)/.dev-ready ## install the libraries of language models (1.8 GB) and test the engines on them
	@$(BIN)/python -m tests.models.install
	@[ -e .servers/models.unavailable ] || PYTHONPATH=$(CURDIR) .servers/models/bin/python -m pytest -q -m models tests/models $(ARGS)

.PHONY: check
check: $(VENV)/.dev-ready ## what must be clean: format, lint, types, import arrows, catalogues
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tools.messages check

.PHONY: format
format: $(VENV)/.dev-ready ## put the code in the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: coverage
coverage: $(VENV)/.dev-ready ## the suite with line and branch coverage
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --cov --cov-report=term-missing:skip-covered $(ARGS)

.PHONY: bench
bench: $(VENV)/.dev-ready ## measure on a million messages, within 20 minutes; ARGS="startup keys" for a part
	@$(BIN)/python -m bench --print-json $(ARGS)

.PHONY: bench-quick
bench-quick: $(VENV)/.dev-ready ## measure on a hundred thousand messages, within 3 minutes; ARGS=--gate to fail on counts
	@$(BIN)/python -m bench --quick --print-json $(ARGS)

.PHONY: bench-soak
bench-soak: $(VENV)/.dev-ready ## 200 mentions a second for ten minutes with eight desks at work; ARGS="--minutes 2"
	@$(BIN)/python -m bench soak $(ARGS)

.PHONY: bench-growth
bench-growth: $(VENV)/.dev-ready ## measure at 1,000 to 1,000,000 messages and write docs/performance.md anew
	@$(BIN)/python -m bench growth --write $(ARGS)

.PHONY: train
train: $(VENV)/.dev-ready ## train the sentiment model on the corpus, the same bytes every time; ARGS=--check to compare
	@$(BIN)/python -m tools.training $(ARGS)

.PHONY: messages
messages: $(VENV)/.dev-ready ## collect the strings, merge them into the catalogues, compile
	@$(BIN)/python -m tools.messages update

.PHONY: lock
lock: ## pin the requirements again (needs uv)
	@for set in run dev; do \
		inputs=requirements/run.in; [ $$set = run ] || inputs="$$inputs requirements/dev.in -c requirements/run.txt"; \
		uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --fork-strategy fewest --only-binary :all: \
			--no-emit-index-url --custom-compile-command "make lock" \
			pyproject.toml $$inputs -o requirements/$$set.txt; done

.PHONY: clean
clean: ## remove what was made, the virtual environment included
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The first Python that is new enough and can make a virtual environment.
$(BIN)/python:
	@for each in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do \
		if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			"$$each" -c 'import ensurepip, venv' 2>/dev/null || { \
				echo "$$each has no venv module; install it (on Debian and Ubuntu: apt install python3-venv) and run this again." >&2; exit 1; }; \
			exec "$$each" -m venv $(VENV); \
		fi; \
	done; \
	echo "webcare needs Python 3.11 or newer; install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing webcare into $(VENV) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(call retry,$(PIP) install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/run.txt)
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.run-ready
	@echo "Installing what tests and checks need ..."
	@$(call retry,$(PIP) install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/dev.txt)
	@touch $@
