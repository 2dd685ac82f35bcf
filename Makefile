# One command each: `make serve` watches the sample site, `make test` runs the tests. Any Python from 3.11 on will do;
# another than the first one found: `make serve PYTHON=/path/to/python`. README.md shows the same without make.

.DELETE_ON_ERROR:
.PHONY: help serve test quick lint types matrix django-suite neighbours wheel screenshots benchmark clean

BIN := .venv/bin
# With it, each of the thousands of children of the tests would compile all of reqtrace anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo 'make serve       set everything up and watch the sample site (ARGS="--plain" for options)'
	@echo 'make test        set everything up and run all tests (ARGS="tests/trace -k fold" for some)'
	@echo 'make quick       the tests that start no child and no server, and open no screen'
	@echo 'make lint        formatting, ruff, import contracts, mypy'
	@echo 'make matrix      the tests that meet Django, with every Python and Django found'
	@echo 'make django-suite  the tests of Django itself, bare and traced (ARGS="--django 6.1", ARGS=--quick)'
	@echo 'make neighbours  beside debug-toolbar, sentry-sdk, OpenTelemetry and WhiteNoise, in both orders'
	@echo 'make wheel       build the wheel, install it into a clean environment and run it'
	@echo 'make screenshots draw the pictures in screenshots/ again'
	@echo 'make benchmark   measure start-up'
	@echo 'make clean       remove what these commands made'

serve: .venv/.installed
	$(BIN)/reqtrace serve sample_site $(ARGS)

test: .venv/.developed
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

quick: .venv/.developed
	$(BIN)/python -m pytest -m 'not slow and not terminal' $(ARGS)

lint: types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: .venv/.developed
	$(BIN)/mypy

matrix: .venv/.developed
	$(BIN)/python tests/matrix.py $(ARGS)

django-suite: .venv/.developed
	$(BIN)/python tests/django_suite/run.py $(ARGS)

neighbours: .venv/.developed
	$(BIN)/python tests/neighbours/run.py $(ARGS)

wheel: .venv/.developed
	$(BIN)/python -m pytest tests/test_packaging.py $(ARGS)

screenshots: .venv/.developed
	$(BIN)/python screenshots/make.py $(ARGS)

benchmark: .venv/.developed
	$(BIN)/python tests/benchmarks/startup.py $(ARGS)

clean:
	rm -rf .venv .venvs build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# --- the environment -------------------------------------------------------------------------------------------------

.venv/.installed: pyproject.toml
	@test -x $(BIN)/python || python='$(PYTHON)' sh tools/make_venv.sh .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.developed: .venv/.installed
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
