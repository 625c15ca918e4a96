# `make run` and `make test` are all that a new machine needs: Python 3.11 or newer and make.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
# A module of tests stays in one process: its servers and its browser are started once; the longest go first
# (tests/conftest.py). One process more than there are processors, because many tests wait for others' clocks.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)
PARALLEL = -n $(WORKERS) --maxprocesses 5 --dist loadfile --no-loadscope-reorder

.PHONY: help setup run test check coverage lint types front proof bench bench-ui bench-live draw lock samples clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: ## virtual environment, locked dependencies, front end
	@$(PYTHON) scripts/setup.py

run: ## set up and start Callboard; options: make run ARGS="--port 8001 --aws-port 4567 --home DIR"
	@$(PYTHON) scripts/setup.py
	@exec $(PY) manage.py studio $(ARGS)

test: ## set up what the tests need, then pass them all; choose with ARGS="-k name"
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) scripts/front.py run test
	@$(PY) -m pytest -m "not proof" $(PARALLEL) $(ARGS)

check: ## everything that can be checked: style, types, layers, both test suites, what asl's tests reach
	@$(PYTHON) scripts/setup.py --tests
	@$(MAKE) --no-print-directory lint types front
	@$(PY) scripts/front.py run test
	@$(PY) -m pytest -m "not proof" $(PARALLEL) $(ARGS)
	@$(MAKE) --no-print-directory coverage ARGS=

coverage: ## each module of asl, whole, by its own tests: lines and branches
	@$(PY) scripts/coverage_asl.py $(PARALLEL) $(ARGS)

lint: ## ruff and the layers' contracts
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports

types: ## mypy --strict
	@$(PY) -m mypy asl localaws notifications designer executions review launch callboard bench

front: ## tsc and eslint
	@$(PY) scripts/front.py run typecheck
	@$(PY) scripts/front.py run lint

proof: ## the same proofs at full size; the figures go to docs/
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) -m pytest -m "not alone" $(PARALLEL) $(ARGS)
	@$(PY) -m pytest -m alone $(ARGS)

bench: ## how fast it is, beside its peers and the machine's limits; QUICK=1 for a minute or two, choose with ARGS="--only parked"
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) -m bench $(if $(QUICK),--quick) $(ARGS)

bench-ui: ## how fast the designer is in a headless Chromium; QUICK=1 for fewer repetitions
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) -m bench.ui $(if $(QUICK),--quick) $(ARGS)

bench-live: ## how live the pages of executions are, embedded and with PostgreSQL and Redis; QUICK=1 for shorter runs
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) -m bench.live $(if $(QUICK),--quick) $(ARGS)

draw: ## every definition of a folder in the designer: make draw DEFINITIONS=DIR
	@$(PYTHON) scripts/setup.py --tests
	@$(PY) -m bench.ui.draw $(DEFINITIONS)

lock: ## write the lock files again from requirements/*.in
	@for name in bootstrap base dev; do .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command 'make lock' requirements/$$name.in -o requirements/$$name.txt; done

clean: ## forget what was built; keeps .callboard/
	rm -rf .venv .build static/dist frontend/node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache
