# Every line can be typed by hand. `make help` lists the targets.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin/python
NEEDS_PYTHON = @command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install python3, or say where it is: make $@ PYTHON=…" >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run test faults watch networks mutants bench lint format lock vendor-free clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Run the chat at http://127.0.0.1:8000/ (make run PORT=8123 for another port); Ctrl-C stops it
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements.txt
	@$(BIN) -m chatproject.launch

test: ## Run all tests: Python, browser, JavaScript; sets up what they need
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m tools.test

faults: ## Break everything on a seeded schedule and check that every promise holds (ROUND=--short for 90 s)
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m faults $(ROUND)

watch: ## Break everything under pages in a real browser, and tell what people see (WATCH="--only 'black hole'")
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m faults.watch $(WATCH)

networks: ## Put pages that choose their transport on bad networks, and tell what they do and say (NETWORKS="--only swallows")
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m faults.networks $(NETWORKS)

mutants: ## Break the build in known ways, and check that the lab finds each (MUTANTS=--whole tries the whole build too)
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m faults.mutations $(MUTANTS)

bench: ## Measure what work costs the server (make bench ARGS="--compare" beside its peers; ARGS=--help)
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m bench $(ARGS)

lint: ## Check style and types of Python and JavaScript
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m tools.lint

format: ## Rewrite Python and JavaScript in the style of the project
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m tools.format

lock: ## Resolve requirements*.in and package.json anew into the locks
	$(NEEDS_PYTHON)
	@$(PYTHON) tools/venv.py requirements-dev.txt
	@$(BIN) -m tools.lock

vendor-free: ## Check that pages load nothing from other hosts and the locks name none
	@$(PYTHON) -m tools.vendor_free

clean: ## Remove what the tools have made; data and settings stay
	rm -rf $(VENV) node_modules bench/.installed .mypy_cache .ruff_cache .pytest_cache .hypothesis
