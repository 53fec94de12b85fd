# Two commands do everything on a fresh machine: `make run` and `make test`.
# Needs Python 3.10 to 3.13 with venv, git and make; no root.

PYTHON ?= $(shell for python in python3 python3.12 python3.13 python3.11 python3.10; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CPU_TORCH ?= https://download.pytorch.org/whl/cpu
EPISODES ?= 5
SEED ?= 1

.PHONY: run test lint types nightly docs clean help

run: $(READY)  ## drive a TurtleBot through five crowds, in real processes, and write a report
	@$(BIN)/policy-stack launch turtlebot episodes:=$(EPISODES) seed:=$(SEED)

test: lint types  ## everything that CI checks
	@# real processes may miss their moment beside a neighbour: what failed is run again, alone
	$(BIN)/pytest -m 'not nightly' --numprocesses auto --maxprocesses 4 --dist loadfile || \
		{ test $$? -eq 1 && $(BIN)/pytest --last-failed --last-failed-no-failures none; }

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

nightly: $(READY)  ## the long runs that `make test` leaves out, and new random examples
	HYPOTHESIS_PROFILE=default $(BIN)/pytest -m nightly
	HYPOTHESIS_PROFILE=default $(BIN)/pytest tests/contract tests/geometry tests/memory tests/motion tests/perception tests/policies tests/safety

docs: $(READY)  ## write the reference pages that come from the code
	$(BIN)/python docs/generate_reference.py

clean:  ## remove what these commands made; runs/ stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

help:
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile

$(READY): setup.cfg setup.py constraints.txt
	@test -n "$(PYTHON)" || { echo 'policy_stack needs Python 3.10 to 3.13 with its venv module:' \
		'sudo apt install python3-venv, or name one: make run PYTHON=/path/to/python'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# A Linux machine gets the CUDA build of torch from PyPI, several GB; where the index of CPU
	@# builds can be reached, it is taken from there.
	@if $(BIN)/python -c "import urllib.request as u; u.urlopen('$(CPU_TORCH)/torch/', timeout=5)" \
		2>/dev/null; then \
		$(BIN)/pip install --quiet -c constraints.txt --index-url $(CPU_TORCH) torch; fi
	$(BIN)/pip install --quiet -c constraints.txt --editable '.[panda,barkour,view,dev]'
	@# only models of robots are read from them; what they depend on, jax above all, is not needed
	$(BIN)/pip install --quiet --no-deps -c constraints.txt mujoco-mjx playground
	@touch $@
