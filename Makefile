# Everything a person or a machine does with this project. `make help` lists it.

PYTHON      ?= python3
PORT        ?= 8000
# where articles and indexes are kept
TIMTIN_HOME ?= var
# articles to measure with (not part of the project; tests that need them skip without)
CORPUS      ?= ../shared/corpus
# the browser of the browser tests
CHROMIUM    ?= /usr/bin/chromium
export TIMTIN_HOME CORPUS CHROMIUM

BIN     := .venv/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# hashed and prebuilt only: nothing is fetched that the requirement files don't name
LOCKED  := $(PIP) --require-hashes --only-binary :all: -r
APT     := DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3
# $(call debian,PACKAGE,SENTENCE,LAST): install Debian's package where we may; elsewhere say the command, then do LAST
debian   = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
           then $(APT) update; $(APT) install -y --no-install-recommends $(1) >/dev/null; \
           else echo '$(2)  sudo apt-get install $(1)' >&2; $(3); fi
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
           --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

.PHONY: help setup setup-dev chromium redis serve demo test check conformance golden properties browser screenshots cluster test-cluster bench \
        bench-engines bench-cluster bench-load soak quality fuzz format lock clean
.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: .venv/.runtime ## make .venv with what running needs

setup-dev: .venv/.dev ## make .venv with what testing needs as well

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, $(PYTHON) is %d.%d: name another, as in  make setup PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv,$(PYTHON) lacks ensurepip; this mends it:,exit 1) }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.python requirements.txt pyproject.toml
	$(LOCKED) requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(LOCKED) requirements-dev.txt
	@touch $@

chromium: ## the browser of the browser tests, Debian's
	@[ -x "$(CHROMIUM)" ] || { $(call debian,chromium fonts-dejavu-core,$(CHROMIUM) is not there: the browser tests will skip. This mends it:,:) }

redis: ## the server of the tests that count requests in Redis, Debian's
	@command -v redis-server >/dev/null || { $(call debian,redis-server,There is no redis-server: its tests will skip. This mends it:,:) }

# The sample pages, indexed: what serve shows until there is something better. Never put into somebody's archive, nor
# into a cluster: another machine's archive may be there, and a store with nothing but samples would take its place.
$(TIMTIN_HOME)/index/CURRENT: | .venv/.runtime
	@if [ "$${TIMTIN_ENGINE:-whoosh}" != whoosh ]; then echo 'TIMTIN_ENGINE names no embedded engine: no sample pages are added'; \
	 elif [ -e "$(TIMTIN_HOME)/articles.db" ]; then echo 'Nothing is indexed yet: timtin sync'; \
	 else echo 'Nothing is indexed yet: the sample pages go into $(TIMTIN_HOME)'; \
	      $(BIN)/timtin --home "$(TIMTIN_HOME)" add samples/pages; fi

# Only this machine reaches what make serve starts: unless it is set otherwise nothing needs a key, and nobody waits.
OPEN = TIMTIN_EXPORT=$${TIMTIN_EXPORT:-public} TIMTIN_EXPLAIN=$${TIMTIN_EXPLAIN:-public} \
       TIMTIN_MULTI_SEARCH=$${TIMTIN_MULTI_SEARCH:-public} TIMTIN_STATISTICS=$${TIMTIN_STATISTICS:-public} \
       TIMTIN_RATE_LIMIT=$${TIMTIN_RATE_LIMIT:-0}

serve: setup $(TIMTIN_HOME)/index/CURRENT ## the service on http://127.0.0.1:$PORT, with the samples if there is no archive yet
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || { \
	  echo 'Port $(PORT) is taken or not allowed: name another, as in  make serve PORT=8080' >&2; exit 1; }
	@$(BIN)/python -c 'from service.settings import read_settings; read_settings()'
	@echo 'Tìm Tin: http://127.0.0.1:$(PORT)/   (Ctrl-C stops it)'
	@$(OPEN) $(BIN)/gunicorn -c service/gunicorn_conf.py --bind 127.0.0.1:$(PORT) wsgi:application

demo: setup ## index the samples in a place of their own and search them here
	@echo 'The files of samples/damaged are damaged on purpose: this is how such files are reported.'
	$(BIN)/timtin --home "$(TIMTIN_HOME)/demo" add samples/pages samples/damaged
	$(BIN)/timtin --home "$(TIMTIN_HOME)/demo" search 'chuyển đổi số'
	$(BIN)/timtin --home "$(TIMTIN_HOME)/demo" search 'nong thon moi'
	$(BIN)/timtin --home "$(TIMTIN_HOME)/demo" search '"hội nghị" -trực'

test: check chromium redis ## everything that must hold: check, and all tests
	$(BIN)/pytest --ignore=tests/bench
	@if reason=$$($(BIN)/python -m tests.cluster --check); then $(MAKE) --no-print-directory test-cluster; \
	 else echo "The tests on an OpenSearch cluster were left out: $$reason"; fi

check: setup-dev ## the static part: lint, format, types, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

conformance: setup-dev ## what every engine must do
	$(BIN)/pytest tests/conformance

cluster: setup-dev ## three OpenSearch nodes on this machine to try things out with (Java 17 and Maven), Ctrl-C stops them
	@$(BIN)/python -m tests.cluster

test-cluster: setup-dev ## what every engine must do, asked of a real OpenSearch cluster of three nodes
	$(BIN)/python -m tests.cluster --secured -- $(BIN)/pytest -m cluster --numprocesses=2 tests

golden: setup-dev ## relevance: queries and the articles they must find
	$(BIN)/pytest tests/golden

properties: setup-dev ## laws, tried on invented input
	$(BIN)/pytest tests/properties

browser: setup-dev chromium ## the pages in a real browser
	$(BIN)/pytest tests/browser

screenshots: setup-dev chromium ## pictures of every page, light, dark and on a phone, in var/screenshots
	$(BIN)/python -m tests.browser.screenshots var/screenshots

bench: setup-dev ## measure speed
	$(BIN)/python -m tests.bench

bench-engines: setup-dev ## measure speed beside tantivy, stock Whoosh and FTS5 (an hour the first time)
	$(BIN)/python -m tests.bench.bench_engines --write docs/benchmarks.md

fuzz: setup-dev ## 2,000 requests an operation of the API, whatever its document allows and what it does not
	TIMTIN_FUZZ=2000 $(BIN)/pytest tests/unit/service/test_openapi.py

bench-load: setup-dev ## the service under load, beside the same over FTS5 (needs wrk, and the indexes of bench-engines)
	$(BIN)/python -m tests.bench.bench_load

bench-cluster: setup-dev ## the service over the embedded engine and over a node of OpenSearch (an hour the first time; Java 17, Maven, wrk)
	$(BIN)/python -m tests.bench.bench_cluster --articles 10000 50000 150000 --write docs/benchmarks.md

soak: setup-dev ## five minutes of everything at once, held against a model (an hour: python -m tests.soak)
	$(BIN)/python -m tests.soak --minutes 5

quality: setup-dev ## measure relevance on the shared corpus
	$(BIN)/python -m tests.quality

format: setup-dev ## mend what lint and format can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup-dev ## choose the newest versions anew and write the requirement files
	$(COMPILE) --upgrade --output-file requirements.txt
	$(COMPILE) --upgrade --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --upgrade --extra opensearch --constraint requirements-dev.txt --output-file requirements-opensearch.txt

clean: ## drop the environment and caches; articles and indexes stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find index indexer service tests -name __pycache__ -prune -exec rm -rf {} +
