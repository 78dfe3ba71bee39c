# Signpost: what a developer types. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh

PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
export PYTHONUNBUFFERED = 1
# Tests run beside each other, one process a core.
WORKERS ?= auto

PYTHON_READY := .venv/.ready
NODE_READY := node_modules/.ready
ASSETS_READY := site/static/.ready
MESSAGES_READY := var/messages.ready
FONTS_READY := downloads/fonts/letters.json

.PHONY: help setup demo test check check-next bench bench-import bench-coverage bench-coverage-sqlite bench-quizzes drill backup restore format messages need-python need-node

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(PYTHON_READY) $(ASSETS_READY) $(FONTS_READY) $(MESSAGES_READY) ## Install what the project needs, build styles, scripts and fonts, compile messages

demo: setup ## Start Signpost with a small invented partnership on this machine (PORT=8000)
	@DEBUG=1 DEMO=1 PORT=$(PORT) $(PY) manage.py run_demo

test: setup ## Run the whole suite (TEST_DATABASE_URL=postgres://… runs it on PostgreSQL as well)
	@.ci/test

check: setup ## Format, lint, layers, types, deployment and migration checks
	@.ci/check

bench: setup ## Measure the learner's pages beside a bare Wagtail page and a bare view, as ratios
	@$(PY) -m tests.bench

bench-import: setup ## Measure an import of 50,000 people on a throw-away PostgreSQL beside a bare COPY and upsert
	@.ci/with-postgresql sh -c 'DATABASE_URL=$$TEST_DATABASE_URL PYTHONPATH=site:. $(PY) -m tests.bench.imports'

bench-coverage: setup ## Measure coverage of 100,000 people on a throw-away PostgreSQL beside SQL by hand (PEOPLE=10000)
	@.ci/with-postgresql sh -c 'DATABASE_URL=$$TEST_DATABASE_URL PYTHONPATH=site:. $(PY) -m tests.bench.coverage'

bench-coverage-sqlite: setup ## Measure the same on a throw-away SQLite with 10,000 people (PEOPLE=1000)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && DATABASE_URL="sqlite:///$$folder/bench.sqlite3" PEOPLE=$${PEOPLE:-10000} PYTHONPATH=site:. $(PY) -m tests.bench.coverage

bench-quizzes: setup ## Measure marking, handing in and the statistics of 100,000 answers on a throw-away SQLite, and handing in on PostgreSQL (RESPONSES=10000)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && DATABASE_URL="sqlite:///$$folder/bench.sqlite3" PYTHONPATH=site:. $(PY) -m tests.bench.quizzes
	@.ci/with-postgresql sh -c 'DATABASE_URL=$$TEST_DATABASE_URL ONLY=answering PYTHONPATH=site:. $(PY) -m tests.bench.quizzes'

drill: setup ## Kill worker, web and database while people work, then count what is there (ROUNDS=8 SEED=1)
	@$(PY) -m tests.drill

backup: $(PYTHON_READY) ## Write one archive of database and uploads (TO=folder, else var/backups)
	@$(PY) manage.py backup $(if $(TO),--to "$(TO)")

restore: $(PYTHON_READY) ## Bring an archive back and check it (FROM=file; FORCE=1 where something is there)
	@test -n "$(FROM)" || { echo "Say which archive: make restore FROM=var/backups/signpost-….tar.gz" >&2; exit 1; }
	@$(PY) manage.py restore "$(FROM)" $(if $(filter 1,$(FORCE)),--force)

check-next: setup ## Run the suite on the next Wagtail in an environment of its own (ARGS="tests/courses" for a part)
	@.ci/check-next $(ARGS)

format: $(PYTHON_READY) ## Put code and templates into the project's form
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet .

messages: $(PYTHON_READY) ## Collect new texts into locale/*.po (needs GNU gettext)
	@$(PY) manage.py collect_messages

need-python:
	@$(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Signpost needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv; macOS: brew install python), or say PYTHON=/path/to/python3.11." >&2; exit 1; }

need-node:
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || { \
	  echo "Signpost needs Node 20 or newer with npm (Debian: apt-get install nodejs npm; macOS: brew install node)." >&2; exit 1; }

$(PYTHON_READY): requirements.txt requirements-dev.txt | need-python
	@echo "Installing Python packages…"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(NODE_READY): package.json package-lock.json | need-node
	@echo "Installing front-end packages…"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS_READY): $(NODE_READY) $(shell find site/assets -type f 2>/dev/null)
	@echo "Building styles and scripts…"
	@npm run --silent build
	@touch $@

$(FONTS_READY): $(PYTHON_READY) $(NODE_READY) downloads/build_fonts.py
	@echo "Building fonts for PDFs…"
	@$(PY) downloads/build_fonts.py

$(MESSAGES_READY): $(PYTHON_READY) $(shell find locale -name '*.po' 2>/dev/null)
	@$(PY) site/config/messages.py
	@mkdir -p var site/staticfiles && touch $@
