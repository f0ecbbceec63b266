# Every target does its own set-up: a fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
bin := .venv/bin
# More than there are processors: what a test waits for is mostly a process, a database or a browser.
pytest = $(bin)/python -m pytest --dist worksteal --numprocesses
hash := \#
# What is compiled is kept, whatever the shell says: each process of the tests would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
# Installs what stands in constraints.txt above a heading: these versions and no others, each file checked against its
# hash. The desk itself is run where it lies, so that nothing is built.
install = sed -n '/^$(hash) $(1):/q;p' constraints.txt > .venv/wanted.txt && $(bin)/pip install --quiet \
	--disable-pip-version-check --require-hashes --no-deps --requirement .venv/wanted.txt

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres test-browser check format bench chaos hostile words lock sbom audit clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: .venv/run ## a demo desk on http://127.0.0.1:8000 (HOST=…, PORT=…); the data stays in desk.db
	@$(bin)/python -m app migrate
	@$(bin)/python -m app seed
	@$(bin)/python -m app keys new --once
	@echo "The desk is on http://$(HOST):$(PORT) — open it in two browsers, as an admin and as a client."
	@exec $(bin)/python -m app serve --host $(HOST) --port $(PORT)

test: test-sqlite test-postgres test-browser ## everything: tests/ on SQLite and on PostgreSQL, e2e/ in Chromium

test-sqlite: .venv/test
	@sh tests/need.sh g++
	$(pytest) 5 tests --database sqlite

test-postgres: .venv/test
	@sh tests/need.sh postgresql
	$(pytest) 5 tests --database postgres

test-browser: .venv/test
	@sh tests/need.sh chromium
	$(pytest) 3 e2e

check: .venv/check ## format, lint, types
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/mypy

format: .venv/check ## format and mend what can be mended
	$(bin)/ruff format
	$(bin)/ruff check --fix

bench: .venv/test ## the benchmark, beside its peers (QUICK=1: two to three minutes)
	$(bin)/python -m bench.run

chaos: .venv/test ## crashes, dead networks and lost wake-ups at random (SEED=…, SECONDS=60, DATABASE=postgres|sqlite, BROWSERS=1)
	@sh tests/need.sh postgresql
	@sh tests/need.sh chromium
	$(bin)/python -m tests.chaos --seconds $(or $(SECONDS),60) --database $(or $(DATABASE),postgres) --browsers $(or $(BROWSERS),1) $(if $(SEED),--seed $(SEED))

words: .venv/run ## the sentences of code and templates, into the catalogues of app/i18n
	$(bin)/python -m app.words

hostile: .venv/test ## attacks on a server of its own, beside honest people whose waiting is measured (SECONDS=5, DATABASE=sqlite|postgres, WRITE=1)
	$(if $(filter postgres,$(DATABASE)),@sh tests/need.sh postgresql)
	$(bin)/python -m tests.hostile --seconds $(or $(SECONDS),5) --database $(or $(DATABASE),sqlite) $(if $(WRITE),--write)

lock: .venv/supply ## constraints.txt anew, with the hashes of all files, after a change of pyproject.toml (UPGRADE=1: newest versions)
	$(bin)/python -m tests.supply.lock $(if $(UPGRADE),--upgrade)

sbom: .venv/run ## what the desk consists of, as CycloneDX JSON, in build/codedesk.cdx.json
	@mkdir -p build
	$(bin)/python -m tests.supply.sbom > build/codedesk.cdx.json

audit: .venv/supply ## whether what constraints.txt pins has known vulnerabilities; asks the advisory service of PyPI
	@$(bin)/python -m tests.supply.audit

clean: ## the virtual environment and what tools leave behind; never desk.db
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Codedesk needs Python 3.11 or newer: PYTHON=python3.x make …"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python constraints.txt
	@$(call install,test)
	@touch $@

.venv/test: .venv/bin/python constraints.txt
	@$(call install,check)
	@touch $@ .venv/run

.venv/check: .venv/bin/python constraints.txt
	@$(call install,supply)
	@touch $@ .venv/test .venv/run

.venv/supply: .venv/bin/python constraints.txt
	@$(call install,nothing)
	@touch $@ .venv/check .venv/test .venv/run
