# Everything is one command: `make run` serves, `make test` proves.
SHELL := /bin/sh
PYTHON_IN := .venv/bin/python
NODE := $(PYTHON_IN) scripts/node.py
FILES ?=

.PHONY: run test setup setup-dev hooks quick check check-py check-js format types types-js test-js test-py translations pictures browsers bench faults soak mutants clean

run: setup ## serve on http://127.0.0.1:8000
	@exec $(PYTHON_IN) wsgi.py

test: setup-dev node_modules/.package-lock.json ## every check and every test, a real browser included
	@$(MAKE) --no-print-directory -j 2 check types-js test-js
	@$(MAKE) --no-print-directory test-py

setup:
	@$(SHELL) scripts/setup.sh requirements.txt

setup-dev:
	@$(SHELL) scripts/setup.sh requirements-dev.txt
	@$(SHELL) scripts/browser.sh
	@$(SHELL) scripts/nginx.sh

hooks: setup-dev node_modules/.package-lock.json ## run the checks before each commit
	.venv/bin/pre-commit install

SINCE ?=

quick: setup-dev node_modules/.package-lock.json ## what has changed since main, in two minutes; SINCE=commit
	$(PYTHON_IN) scripts/quick.py $(if $(SINCE),--since $(SINCE))

check: check-py check-js ## style, types, layers

check-py: setup-dev
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m mypy
	.venv/bin/lint-imports

check-js: setup-dev node_modules/.package-lock.json
	$(NODE) node_modules/oxlint/bin/oxlint --deny-warnings static/js tests/js

node_modules/.package-lock.json: package.json package-lock.json
	.venv/bin/npm ci --no-audit --no-fund --silent
	@touch $@

types: setup-dev node_modules/.package-lock.json ## make the page's types from the OpenAPI document
	$(PYTHON_IN) scripts/page_types.py

types-js: setup-dev node_modules/.package-lock.json ## types and format of the JavaScript
	$(PYTHON_IN) scripts/page_types.py --check
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.json
	$(NODE) node_modules/prettier/bin/prettier.cjs --check --log-level warn static tests/js package.json

test-js: setup-dev
	$(NODE) --test "tests/js/**/*.test.js"

# What is marked `alone` measures how soon others are answered: nothing may run beside it.
SHORT := not long and not soak and not browsers
ALONE := tests/faults

# Tests start some hundred processes, which need not all compile the program.
test-py: export PYTHONDONTWRITEBYTECODE =

test-py: setup-dev node_modules/.package-lock.json
ifeq ($(FILES),)
	$(PYTHON_IN) -m pytest -m "$(SHORT) and not alone" -n auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
	$(PYTHON_IN) -m pytest -m "$(SHORT) and alone" $(ALONE)
else
	$(PYTHON_IN) -m pytest -m "$(SHORT)" $(FILES)
endif

format: setup-dev node_modules/.package-lock.json
	$(PYTHON_IN) -m ruff check --fix .
	$(PYTHON_IN) -m ruff format .
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level warn static tests/js package.json

translations: setup-dev ## collect what is to be translated
	$(PYTHON_IN) scripts/translations.py

pictures: setup-dev ## take the pictures of the README from the running program
	$(PYTHON_IN) scripts/pictures.py

browsers: setup-dev ## the main journey in Firefox and WebKit beside Chromium, with pictures
	@$(SHELL) scripts/browsers.sh
	$(PYTHON_IN) -m pytest -m browsers tests/browsers

faults: setup-dev node_modules/.package-lock.json ## every fault as often as docs/reliability.md says
	FUZZ_EXAMPLES=10000 $(PYTHON_IN) -m pytest -m "not soak" tests/faults
	FUZZ_EXAMPLES=500 $(PYTHON_IN) -m pytest tests/web/api/test_fuzz_api.py
	$(PYTHON_IN) -m pytest -m long tests/ml/test_catalogue.py

MINUTES := 30

soak: setup-dev ## runs, watchers, predictions and kills for half an hour; MINUTES=5 for less
	$(PYTHON_IN) -m pytest -m soak tests/faults/test_soak.py --soak-minutes=$(MINUTES)

mutants: setup-dev node_modules/.package-lock.json ## change 60 lines, one at a time; print which of them a test notices
	$(PYTHON_IN) -m tests.mutants

BENCHES := start control server page growth lists predictions watchers insight training

bench: setup-dev ## the figures of docs/results.md, half an hour; STROKES=file.jsonl RUN=id measures ink too
	$(PYTHON_IN) bench/accuracy.py --seeds 5
	$(PYTHON_IN) bench/accuracy.py --seeds 5 --dataset mnist || test $$? -eq 2
	@missed=; for name in $(BENCHES); do echo "== $$name"; \
	  $(PYTHON_IN) bench/$$name.py || missed="$$missed $$name"; done; \
	  if [ -n "$$missed" ]; then echo "marks missed in:$$missed"; exit 1; fi
	$(if $(STROKES),$(PYTHON_IN) bench/ink.py --strokes $(STROKES) --server http://127.0.0.1:8000 --run $(RUN))

clean: ## remove what `make` made, but no data
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .mutants .browsers
