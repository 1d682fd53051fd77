# `make demo` and `make test` are all that a new machine needs: Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := tests/bench/.cache
FUZZ_TARGETS := assembly template yaml manifest policy config zip positions references cfnlint
MINUTES ?= 10
LOWEST := .venv-lowest
SAMPLE := sample_templates/payment-wrong-layer/cdk.out

.PHONY: demo test check lint format docs samples releases corpus bench bench-apps bench-peers fuzz test-lowest clean

demo: $(VENV)/.installed  ## Run `check` on a bundled broken sample; it finds what it should, so it exits 1, which is the point
	@$(BIN)/eks-guard check $(SAMPLE); code=$$?; \
	echo; echo "exit $$code: a pipeline would stop here"; test $$code -eq 1

test: $(VENV)/.installed  ## The tests, and the cases beside the policies
	$(BIN)/pytest --numprocesses auto --dist worksteal
	$(BIN)/eks-guard test policies

check: lint test  ## All that a pull request must pass

lint: $(VENV)/.installed  ## Format, style, types, import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed  ## Write the generated pages again; a test keeps them equal to what this writes
	$(BIN)/python tools/generate_docs.py

samples:  ## Synthesize the samples again, from npm
	node sample_templates/synth.mjs

releases:  ## Synthesize the test assemblies of many CDK releases again, from npm
	node tests/assemblies/synth.mjs

corpus: $(VENV)/.installed  ## Compare with independently found answers, where that folder is at hand
	$(BIN)/python tools/compare_corpus.py

bench: $(VENV)/.installed bench-apps bench-peers  ## Time a cold `check` beside its peers and a bare Typer program
	$(BIN)/python -m compileall -q eks_guard  # as an installed package is
	$(BIN)/python tests/bench/bench.py

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

fuzz: $(VENV)/.installed  ## Break real assemblies at random MUTATIONS times, and fuzz every target for MINUTES each, with coverage as the guide; what crashes is left in tests/fuzz/.cache
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	EKS_GUARD_MUTATIONS=$(MUTATIONS) $(BIN)/python -m pytest -q tests/hostile/test_mutations.py
	@for target in $(FUZZ_TARGETS); do \
	  echo "== $$target"; \
	  $(BIN)/python tests/fuzz/run.py $$target tests/fuzz/.cache/$$target -max_total_time=$$(($(MINUTES) * 60)) \
	    -print_final_stats=1 -artifact_prefix=tests/fuzz/.cache/$$target. || exit 1; \
	done

test-lowest:  ## The tests with the lowest versions that pyproject.toml allows; TESTS narrows them down
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[dev]'
	$(LOWEST)/bin/python -m pytest -p no:cacheprovider --numprocesses auto --dist worksteal $(TESTS)

clean:
	rm -rf $(VENV) $(LOWEST) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q eks_guard
	@touch $@
