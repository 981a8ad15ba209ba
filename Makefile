# The recipes that continuous integration runs (.ci/run), one by one. `make` runs them all.
.PHONY: all check lint types layers test nightly fmt build ci

all: check test

check: lint types layers

lint:
	ruff check
	ruff format --check

types:
	mypy --strict

layers:
	lint-imports --no-cache

test:
	python -m pytest

nightly:
	HYPOTHESIS_PROFILE=nightly python -m pytest

fmt:
	ruff format
	ruff check --fix

build:
	python -m build

ci:
	.ci/run
