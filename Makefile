# Everything starts here. `make` alone lists the targets. Works with GNU make 3.81 (macOS) and newer.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast coverage check docs bench lock clean

# What the set-up brought comes first on PATH: its uv, and its Node where none on this machine fits.
RUN = PATH="$(CURDIR)/.cache/node/bin:$(CURDIR)/.venv/bin:$$PATH"
SCENARIO ?=
LOCK = "$$(scripts/bootstrap.sh uv)" pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 $(LOCK_OPTIONS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv (each target does it by itself)
	@scripts/bootstrap.sh

demo: setup ## a broken deployment heals itself on this machine (SCENARIO=escalate: one that cannot)
	@$(RUN) deploymend demo $(if $(SCENARIO),--scenario "$(SCENARIO)")

test: setup ## every test; the last lines say what was skipped and why
	@$(RUN) pytest -n 2 --dist worksteal

test-fast: setup ## the tests without real installs and builds, in under a minute
	@$(RUN) pytest -n 2 --dist worksteal -m "not slow"

coverage: setup ## what the tests of the pure core leave out: nothing
	@$(RUN) coverage run -m pytest -q tests/core
	@$(RUN) coverage report --include="src/deploymend/core/*" --show-missing --skip-covered --fail-under=100

check: setup ## linters, formatter, types, import rules, docs
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports --no-cache
	@$(RUN) pytest -q tests/test_docs.py tests/test_sizes.py -m "not slow"

docs: setup ## write the generated pages anew: CLI help, settings, schema
	@$(RUN) python scripts/docs.py

bench: setup ## measure: prints tables, see docs/benchmarks.md
	@$(RUN) python -m bench

lock: ## pin all dependencies anew (LOCK_OPTIONS=--upgrade takes newer ones)
	@$(LOCK) --group dev pyproject.toml -o requirements/dev.txt
	@$(LOCK) requirements/uv.in -o requirements/uv.txt
	@$(LOCK) requirements/node.in -o requirements/node.txt

clean: ## delete all that the set-up made
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist
