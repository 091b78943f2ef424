# Everything one does in this repository. `make` alone prints the list.
# PYTHON=... chooses the interpreter that .venv is made with; uv is used where present, never required.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-llm lint format bench bench-ai bench-semantics bench-store bench-api eval-torture serve docs samples wheel clean

BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

DATA ?= samples/shop
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1) # tests often wait for servers
OUT ?= out
EVAL ?=
QUICK ?=
LARGE ?=
POSTGRESQL ?=
ARGS ?=

help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1mmake %-13s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  make run DATA="orders.jsonl data/*.csv"     a dictionary of your own data, into out/'
	@echo '  make test ARGS="-k csv -x"                  arguments handed to pytest'

setup: .venv/.stamp-dev ## Make .venv with everything that development needs

run: .venv/.stamp-run ## Build the dictionary of samples/shop (or of DATA) into out/dictionary.{xlsx,html,md,json}
	@mkdir -p '$(OUT)'
	@$(BIN)/ddgen build $(DATA) $(foreach suffix,xlsx html md json,-o '$(OUT)/dictionary.$(suffix)') $(ARGS) || { \
	  code=$$?; \
	  if [ $$code -eq 3 ]; then \
	    echo; echo 'Parts of the input had problems; they are named above and in the dictionary, which holds the rest.'; \
	    echo '(ddgen itself leaves with exit code 3 then; see docs/exit-codes.md.)'; \
	  else exit $$code; fi; }

test: lint ## Run every check: lint, then all tests
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

test-llm: .venv/.stamp-dev .llm/.stamp ## Test with a real small model; the first time compiles a server (about 12 minutes of one core)
	$(BIN)/pytest -n0 -p no:randomly backend/tests_llm $(ARGS)

lint: .venv/.stamp-dev ## Style, types, layers, dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry backend/src

format: .venv/.stamp-dev ## Format the code and mend what can be mended by machine
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.stamp-dev ## Measure speed and memory beside peers, write docs/benchmarks.md
	$(BIN)/python bench/run.py $(if $(QUICK),--quick) $(if $(LARGE),--large) $(ARGS)

bench-ai: .venv/.stamp-dev ## Measure and score the asking of models, write its part of docs/benchmarks.md
	$(BIN)/python bench/ai.py $(ARGS)

bench-semantics: .venv/.stamp-dev ## Score types, PII, keys, names on EVAL=FOLDER (SPLIT=dev) beside peers, write docs/benchmarks.md
	@test -n '$(EVAL)' || { echo 'Say where the data are: make bench-semantics EVAL=FOLDER SPLIT=dev' >&2; exit 2; }
	$(BIN)/python bench/semantics.py $(EVAL) --split $(or $(SPLIT),dev) --write $(ARGS)

bench-store: .venv/.stamp-dev ## Measure the store: pages, edits, searches, for n dictionaries and ten times as many
	$(BIN)/python bench/store.py $(ARGS)

bench-api: .venv/.stamp-dev ## Measure the API under load with 1,000,000 fields (and on POSTGRESQL=URL), write docs/benchmarks.md
	$(BIN)/python bench/api.py --write $(if $(POSTGRESQL),--postgresql '$(POSTGRESQL)') $(ARGS)

eval-torture: .venv/.stamp-dev ## Run every file of EVAL=FOLDER through ddgen and print the score of each set
	@test -n '$(EVAL)' || { echo 'Say where the files are: make eval-torture EVAL=FOLDER' >&2; exit 2; }
	$(BIN)/python bench/eval_torture.py $(EVAL)

serve: .venv/.stamp-dev ## Serve the REST API at http://127.0.0.1:8765; runs may read DATA
	$(BIN)/ddgen serve --source-root $(DATA) $(ARGS)

docs: .venv/.stamp-dev ## Write the generated parts of docs/ anew
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/console.py

samples: .venv/.stamp-run ## Write samples/shop anew (the same bytes every time)
	$(BIN)/python samples/generate.py

wheel: .venv/.stamp-run ## Build the wheel into dist/
ifdef UV
	uv build --wheel --out-dir dist
else
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .
endif

clean: ## Remove what was made: .venv, out, dist, caches
	rm -rf .venv .llm .peers out dist build bench/data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is newer than pyproject.toml, or the packages are installed once more.

.venv/bin/python:
ifdef UV
	@uv venv --quiet --clear --python '$(or $(PYTHON),>=3.11)' .venv
else
	@PYTHON='$(PYTHON)' sh .ci/make-venv .venv
endif

.venv/.stamp-run: pyproject.toml | .venv/bin/python
	@echo 'Installing ddgen into .venv (once; this may take a minute)'
	@$(if $(UV),uv pip install --quiet --python .venv/bin/python,$(BIN)/python -m pip install --quiet) --editable .
	@touch $@

.venv/.stamp-dev: .venv/.stamp-run
	@echo 'Installing the tools of development into .venv'
	@$(if $(UV),uv pip install --quiet --python .venv/bin/python,$(BIN)/python -m pip install --quiet) --editable '.[dev]'
	@touch $@

.llm/.stamp: .ci/local-model .ci/llama-server-only.cmake
	@sh .ci/local-model .llm
	@touch $@
