# Everything that people and workflows do with this repository. `make demo` and `make test` set up what they need
# themselves. Options for the tracker go into ARGS: make run ARGS="--archive ../archive.git"

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/pip --disable-pip-version-check --quiet
TROUBLED := build/some-documents-failed
PEERS := build/peers
BENCHMARKS := archive_commit diff extract history

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-20s %s\n", $$1, $$2 }' Makefile

# --- set-up -----------------------------------------------------------------------------------------------------------

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The tracker needs Python 3.11 or newer: name one with PYTHON=")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/debian-package python3-venv
	@echo "Setting up $(VENV) (a minute the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || .ci/debian-package chromium \
		|| echo "Without chromium on the PATH, the tests that open pages in a browser are skipped." >&2

.PHONY: nu-checker
nu-checker: $(READY)
	@.ci/nu-checker $(BIN)/python || echo "Without the Nu HTML checker, the tests that ask it are skipped." >&2

# --- the two commands of the README -----------------------------------------------------------------------------------

.PHONY: demo
demo: $(READY) ## show the whole story on an invented messenger, offline
	@$(BIN)/tracker demo $(ARGS)

.PHONY: test
test: $(READY) chromium nu-checker ## run all tests, a file on each core
	$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

# --- work on the code -------------------------------------------------------------------------------------------------

.PHONY: check
check: $(READY) ## check style and types; edits nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: fix
fix: $(READY) ## mend style where it can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: golden
golden: $(READY) ## rewrite the expected results of golden tests; read the diff before you commit it
	TRACKER_GOLDEN=write $(BIN)/pytest -m "not browser" $(ARGS)

.PHONY: properties
properties: $(READY) ## run the property tests at length
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -m "hypothesis or at_length" $(ARGS)

.PHONY: screenshots
screenshots: $(READY) chromium ## renew docs/screenshots from the demo (ARGS=site: pictures of that site, in build)
	$(BIN)/python -m docs.screenshots $(ARGS)

# A peer that cannot be installed is left out: its row then says so. Constraints keep one from moving another's pins.
$(PEERS)/.ready: benchmarks/peers.txt
	@echo "Setting up $(PEERS): what the benchmarks measure beside"
	@rm -rf $(PEERS) && $(PYTHON) -m venv $(PEERS)
	@grep -v '^#' $< | while read -r peer; do \
		$(PEERS)/bin/pip --disable-pip-version-check --quiet install --constraint $< "$$peer" \
			|| echo "Not installed: $$peer" >&2; \
	done
	@touch $@

.PHONY: bench
bench: $(READY) $(PEERS)/.ready ## run every benchmark beside its peers (BENCHMARKS=diff runs one)
	@set -e; for benchmark in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$benchmark $(ARGS); done

LOCALE := tracker/locale

.PHONY: messages
messages: $(READY) ## bring the catalogs in tracker/locale up to date with code and templates (ADD=fr begins one)
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output --no-wrap \
		--project "Policy Change Tracker" --output-file build/messages.pot .
	@for language in $(basename $(notdir $(wildcard $(LOCALE)/*.po))) $(ADD); do \
		$(BIN)/pybabel --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
			--no-wrap --input-file build/messages.pot --output-file $(LOCALE)/$$language.po --locale $$language || exit 1; \
	done

.PHONY: lock
lock: ## rewrite requirements.lock from pyproject.toml (UPGRADE=--upgrade moves all versions)
	@test -x build/lock/bin/pip-compile || { $(PYTHON) -m venv build/lock && build/lock/bin/pip --quiet install pip-tools; }
	@grep '^# ' requirements.lock > build/lock/header
	@grep -v '^# ' requirements.lock > build/lock/pins
	build/lock/bin/pip-compile --quiet --no-header --no-emit-index-url --no-emit-find-links --generate-hashes \
		--allow-unsafe --strip-extras --extra dev --build-deps-for editable $(UPGRADE) \
		--output-file build/lock/pins pyproject.toml
	@cat build/lock/header build/lock/pins > requirements.lock

.PHONY: clean
clean: ## remove everything that can be made again
	rm -rf $(VENV) build dist demo site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find tracker tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the tracker itself -----------------------------------------------------------------------------------------------

.PHONY: run
run: $(READY) ## capture all declared documents, archive them, rebuild the site
	@$(BIN)/tracker run $(ARGS)

.PHONY: verify
verify: $(READY) ## check every version in the archive
	@$(BIN)/tracker verify $(ARGS)

.PHONY: site
site: $(READY) ## rebuild the site from the archive
	@$(BIN)/tracker site build $(ARGS)

# --- what the nightly workflow does, step by step ---------------------------------------------------------------------

.PHONY: fetch-archive
fetch-archive: ## give the archive branch that `git fetch` brought its local name; never rewinds it
	@theirs=refs/remotes/origin/archive; ours=refs/heads/archive; \
	if ! git rev-parse --quiet --verify $$theirs >/dev/null; then \
		echo "No archive yet: the first run begins one."; \
	elif ! git merge-base --is-ancestor $$theirs $$ours 2>/dev/null; then \
		git fetch . $$theirs:$$ours; \
	fi

# Exit code 1 says that some documents failed and the others are archived: that is published, and told at the end.
.PHONY: nightly
nightly: $(READY) ## like run; documents that failed do not stop it, nightly-result tells of them
	@mkdir -p $(dir $(TROUBLED)); rm -f $(TROUBLED); \
	$(BIN)/tracker run $(ARGS) || { code=$$?; test $$code -eq 1 && touch $(TROUBLED) || exit $$code; }

.PHONY: nightly-unconfirmed
nightly-unconfirmed: ## like nightly, for the changes alone that await confirmation
	@$(MAKE) --no-print-directory nightly ARGS="--unconfirmed $(ARGS)"

# On GitHub the token is in the environment of this step alone, in no file and on no command line.
.PHONY: push-archive
push-archive: ## push the archive branch; never by force
	@git $(if $(GITHUB_TOKEN),-c credential.helper= -c 'credential.helper=!.ci/github-credential') \
		push origin refs/heads/archive:refs/heads/archive

.PHONY: nightly-result
nightly-result: ## fail if the last nightly run had documents that failed
	@test ! -e $(TROUBLED) || { echo "Some documents failed: the summary of the run names each with its cause." >&2; exit 1; }
