# Visits & Events: set-up, tests and checks. Needs Python 3.11 or later, make and git; everything else goes into .venv.

HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.stamp-run
TEST := $(VENV)/.stamp-test

.DEFAULT_GOAL := help
.PHONY: help run test races fuzz check types forms format i18n benchmark lock pictures

help: ## what can be made
	@sed -n 's/^\([a-z0-9]*\):.*## /make \1: /p' Makefile

run: $(RUN) ## serve the site with demonstration data: http://127.0.0.1:8000, or as HOST= and PORT= say
	@exec $(BIN)/booking run --demo --host $(HOST) --port $(PORT)

test: $(TEST) ## run the tests (ARGS="-k name" narrows them)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

# Tests start many processes: each reads the modules that another has compiled, whatever the environment says of keeping them.
test races fuzz: export PYTHONDONTWRITEBYTECODE =

# A process for each core; a file's tests stay together, and the order is that of tests/conftest.py.
SIDE_BY_SIDE = -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder

races: $(TEST) ## run the races in full, for the night (docs/races.md)
	@RACE=full $(BIN)/python -m pytest tests/races $(ARGS)

fuzz: $(TEST) ## 200 examples of each kind to every call of the API (FUZZ=40: fewer), 20,000 reports made wrong (REPORTS=), all forms and pages
	@HOSTILE=full $(BIN)/python -m pytest tests/hostile/test_forms_of_staff.py tests/hostile/test_addresses_of_staff.py $(ARGS)
	@REPORTS=$(or $(REPORTS),20000) $(BIN)/python -m pytest -s tests/attendance/test_reports_fuzz.py $(ARGS)
	@FUZZ=$(or $(FUZZ),200) $(BIN)/python -m pytest tests/api/test_fuzz.py $(ARGS)

check: $(TEST) ## format, lint, types, layers, templates, spelling, translations
	@$(MAKE) --no-print-directory -j 2 types forms

types: $(TEST)
	$(BIN)/mypy

forms: $(TEST)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/codespell $(SPELLED)
	$(BIN)/python -m scripts.translations --check

SPELLED := booking templates static migrations tests benchmarks docs scripts .ci/run Makefile README.md CHANGELOG.md pyproject.toml

format: $(TEST) ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

i18n: $(TEST) ## gather the texts for booking/translations/, and compile what is translated
	@$(BIN)/python -m scripts.translations

benchmark: $(TEST) ## print the tables of benchmarks/ (FULL=1: more and longer rounds)
	@for program in benchmarks/bench_*.py; do $(BIN)/python "$$program" || exit; done

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(ARGS)

pictures: $(TEST) ## make the pictures of README.md and docs/ again, from the demonstration
	@$(BIN)/python -m scripts.screenshots $(ARGS)

lock: $(TEST) ## write the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	$(COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --group test --constraint requirements.lock --output-file requirements-test.lock

# A recipe that needs a Python stops here, in one line, when there is none to use.
found = $(shell PYTHON="$(PYTHON)" sh scripts/find_python.sh)
usable = $(if $(filter ok,$(firstword $(1))),$(wordlist 2,9,$(1)),$(error $(wordlist 2,99,$(1))))

$(RUN): requirements.lock pyproject.toml
	@sh scripts/install.sh "$(call usable,$(found))" $(VENV) requirements.lock
	@touch $@

$(TEST): requirements.lock requirements-test.lock pyproject.toml
	@sh scripts/install.sh "$(call usable,$(found))" $(VENV) requirements-test.lock
	@touch $(RUN) $@
