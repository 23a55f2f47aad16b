# `make demo` and `make test` need Python 3.11 or later, git and make; the rest they install
# into .venv.

# The first that runs: a version manager may list a Python that it does not have.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= auto

.PHONY: demo demo-stop test lint bundled example bench clean

demo: .venv/demo
	$(BIN)/python examples/exampleservice/demo.py

demo-stop: .venv/demo
	$(BIN)/python examples/exampleservice/demo.py stop

test: .venv/dev
	$(BIN)/pytest -n $(WORKERS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is generated and checked in: the runtime's own models and the example.
bundled: .venv/dev
	for app in core platform; do \
		$(BIN)/xgen --target _bundled --output xgen/runtime/$$app xgen/models/$$app.xproto || exit 1; \
	done

example: .venv/dev
	cd examples/exampleservice && ../../$(BIN)/xgen --target synchronizer exampleservice.xproto

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "xgen needs Python 3.11 or later with its venv module" \
		"(Debian: python3-venv), here as one of python3.13 ... python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip setuptools wheel

.venv/demo: .venv/bin/python setup.cfg
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --editable '.[runtime,ansible]'
	@touch $@

.venv/dev: .venv/bin/python setup.cfg
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --editable '.[runtime,ansible,postgres,dev]'
	@touch $@

bench: .venv/dev
	for each in startup scale parse incremental formats policies engine simulation; do \
		$(BIN)/python benchmarks/$$each.py || exit 1; \
	done

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache examples/*/demo
