# offhook: everything a developer or a CI run needs. `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml
# 3.12 and 3.11 first: the SIP library has no build for later ones.
PYTHON ?=
ARGS ?=
# Test processes at once: most tests wait for something. A file's tests stay together, in order.
WORKERS ?= 2

.DEFAULT_GOAL := help
.NOTPARALLEL: # the checks of `make test` are read in order, pytest's closing line last
.PHONY: help install dev system-packages run test check lint types imports core-coverage all-tests unit browser bench soak soak-sip lock clean

help: ## this list
	@echo "make targets (PYTHON=... chooses the interpreter, ARGS=... goes to the program):"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) \
		| awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'

install: $(VENV)/.stamp-runtime ## virtual environment with the locked dependencies and offhook itself

dev: $(VENV)/.stamp-dev ## install, the tools of the checks, the SIP library

run: install ## the demo: one console and three phones; Ctrl-C stops it
	@exec $(BIN)/offhook demo $(ARGS)

test: dev system-packages check core-coverage all-tests ## everything, as CI runs it; `make -k test` goes on after a failure

check: lint types imports ## what can be checked without running offhook

lint: dev ## ruff: rules and layout
	@echo "== lint"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: dev ## mypy, strict
	@echo "== types"
	@$(BIN)/mypy src tests bench
	@$(BIN)/mypy scripts/core-coverage scripts/event-causes scripts/event-table scripts/key-effects scripts/state-diagrams

imports: dev ## import contracts: who may import whom
	@echo "== imports"
	@$(BIN)/lint-imports

core-coverage: dev ## every core module covered by its own test module
	@echo "== core coverage"
	@$(BIN)/python scripts/core-coverage

all-tests: dev
	@echo "== tests"
	@# Two processes beside each other share what the machine has, and most tests speak with programs that keep time. What
	@# failed is named above, and has to pass alone; what fails for a reason of its own fails there too.
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS) || { \
		echo "== tests that failed beside others, once more, alone"; \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(ARGS); \
	}

unit: dev ## the tests that need no browser
	@$(BIN)/python -m pytest -m "not browser" $(ARGS)

browser: dev system-packages ## the tests that drive the operator page
	@$(BIN)/python -m pytest -m browser $(ARGS)

bench: dev system-packages ## figures beside a floor or a peer of the same run; writes bench/results.json
	@$(BIN)/python -m bench $(ARGS)

soak: dev ## a fleet with faults against a console that is killed every minute, 10 minutes (MINUTES=60 for more)
	@$(BIN)/python -m bench.soak --minutes $(or $(MINUTES),10)

soak-sip: dev ## 1,000 real calls and 100 starts and stops of the phone, about 8 minutes; exit code 0 when all was well
	@$(BIN)/python -m tests.phone.engine.pjsip.soak calls
	@$(BIN)/python -m tests.phone.engine.pjsip.soak starts

system-packages: ## Debian packages that some tests need
	@scripts/system-packages

lock: dev ## renew the three lock files
	@$(UV_LOCK) --upgrade --group build --output-file requirements.lock
	@$(UV_LOCK) --upgrade --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@$(UV_LOCK) --upgrade --extra sip --constraint requirements.lock --output-file requirements-sip.lock

clean: ## remove what the targets above made
	@rm -rf $(VENV) .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# --- stamps: a step runs again only when what it depends on has changed ----------------------------------------------
# A lock names everything, so nothing is left to resolve (--no-deps): pip would otherwise weigh a release made after the
# lock, and in hash mode refuse it. `pip check` says when a lock names too little.

$(VENV)/.stamp-venv:
	@set -e; \
	for candidate in $(or $(PYTHON),python3.12 python3.11 python3.13 python3); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			found="$$candidate"; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "offhook needs Python 3.11 or newer; tried: $(or $(PYTHON),python3.12 python3.11 python3.13 python3)." \
			"Choose one with: make install PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.stamp-runtime: $(VENV)/.stamp-venv requirements.lock pyproject.toml
	@echo "installing offhook and its locked dependencies into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp-runtime requirements-dev.lock requirements-sip.lock
	@echo "installing the locked development tools and, where there is a wheel of it, the SIP library into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r requirements-sip.lock
	@$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@
