PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8501
# Threads of the server share two heaps instead of sixteen: less memory, no slower.
export MALLOC_ARENA_MAX ?= 2
RUN_STAMP := $(VENV)/.requirements
DEV_STAMP := $(VENV)/.requirements-dev
GPU := $(shell command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU && echo yes)

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

$(PY):
	@command -v $(PYTHON) >/dev/null 2>&1 && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(PY)
	$(PY) -m pip install --quiet -r requirements.txt
ifeq ($(GPU),yes)
	$(PY) -m pip install --quiet "tensorflow[and-cuda]==$$(sed -n 's/^tensorflow==//p' requirements.txt)"
endif
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	$(PY) -m pip install --quiet -r requirements-dev.txt
	@touch $@

install: $(RUN_STAMP) ## make the environment

run: $(RUN_STAMP) ## start Tact on http://localhost:8501 with a demo that needs no data
	$(PY) -m streamlit run streamlit_app.py --server.port $(PORT)

browser: ## install Chromium and a Chinese font (apt, root or sudo), for the tests
	@bash tests/install_browser.sh

check: $(DEV_STAMP) ## format, lint, types, consistent requirements
	$(VENV)/bin/ruff format --check . || (echo "run: make format"; exit 1)
	$(VENV)/bin/ruff check . || (echo "run: make format"; exit 1)
	$(VENV)/bin/mypy
	$(PY) -m pip check

format: $(DEV_STAMP) ## mend what the formatter can mend
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

test-fast: $(DEV_STAMP) ## the suite of five minutes: no browser, no real training
	$(PY) -m pytest -m "not slow" -n 2 --dist loadfile

test: $(DEV_STAMP) browser ## every test, a real browser and real training included
	$(PY) -m pytest

mutants: $(DEV_STAMP) ## inject privacy bugs one by one; each must be noticed by its test
	$(PY) -m tests.mutants

bench: $(RUN_STAMP) ## measure the figures of README (real data at $$TACT_BENCH_DATA)
	$(PY) -m benchmarks

.PHONY: help install run browser check format test-fast test mutants bench
