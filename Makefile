# Retold's commands. `make run` and `make test` need Python 3.11 or newer and make, nothing else.

PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

# Many containers set it, and then every process compiles all of Python anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check fast test-matrix format lock browser validator fonts proxy bench bench-quick torture torture-quick audit clean

help: ## show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ — /'

# What runs is the product as it is; DEBUG=1 beside it shows Django's own pages for what went wrong.
# A worker hears nothing until it has loaded Retold: Ctrl-C before that would be waited on for good.
run: export DEMO ?= 1
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: $(VENV)/.run ## try Retold out: install, migrate, fill the demo, serve on PORT
	@$(BIN)/python tools/make_ready.py $(PORT)
	@echo "Retold is at http://127.0.0.1:$(PORT) – sign in as staff, manager, moderator or admin,"
	@echo "each with the password retold-demo. Ctrl-C stops it; your stories stay in $${DATA_DIR:-data}/."
	@exec $(BIN)/granian --interface wsgi retold.wsgi:application --host 127.0.0.1 --port $(PORT) \
		--workers 1 --blocking-threads $$($(BIN)/python -c "import os; print(2 * os.cpu_count() + 1)") \
		--respawn-failed-workers --workers-kill-timeout 5 --http1-header-read-timeout 10000 \
		--http1-buffer-size 65536 --no-ws --log-level warning

# What is shared is made on one worker, and what empties the database comes last on each.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder
ON_POSTGRES := $(BIN)/python tools/postgres.py

test: $(VENV)/.test browser validator fonts proxy postgres check ## everything: style, types, imports, tests on both databases, browser journeys
	@$(PYTEST)
	@$(ON_POSTGRES) $(PYTEST) -m "not browser"

fast: $(VENV)/.test validator fonts ## the tests that need no browser, on SQLite
	@$(PYTEST) -m "not browser"

test-postgres: $(VENV)/.test validator fonts ## the tests that need no browser, on PostgreSQL
	@$(ON_POSTGRES) $(PYTEST) -m "not browser"

check: $(VENV)/.test ## style, templates, types, import rules, missing migrations
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@git ls-files 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	@$(BIN)/lint-imports --no-cache --verbose > /dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/python -m mypy
	@DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemigrations --check --dry-run --verbosity 1

format: $(VENV)/.test ## put code and templates in order
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@git ls-files 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

test-matrix: ## the tests on both ends of the range of Python and Django, on both databases
	@sh tools/matrix.sh

bench: $(VENV)/.test ## measure on up to a million stories, SQLite and PostgreSQL (docs/performance.md)
	@$(BIN)/python -m bench $(BENCH)

bench-quick: $(VENV)/.test ## the same in two minutes, on small databases
	@$(BIN)/python -m bench --quick $(BENCH)

torture: $(VENV)/.test ## end, starve and race a real server, on both databases (docs/reliability.md); takes an hour
	@$(BIN)/python -m torture $(TORTURE)

torture-quick: $(VENV)/.test ## a little of the same, in ten minutes
	@$(BIN)/python -m torture --quick $(TORTURE)

browser: $(VENV)/.test
	@$(BIN)/python tools/browser.py

postgres: $(VENV)/.test
	@$(ON_POSTGRES)

fonts: $(VENV)/.test
	@$(BIN)/python tools/fonts_here.py

proxy:
	@sh tools/nginx.sh

validator: $(VENV)/.test
	@$(BIN)/python -m tests.site.validator

lock: $(VENV)/.test ## resolve again after a change in pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv lock --quiet
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-default-groups --no-header -o requirements/run.txt
	@$(BIN)/uv export --frozen --quiet --no-emit-project --no-header -o requirements/test.txt

audit: $(VENV)/.test ## ask which known weaknesses the locked packages have (osv.dev; needs the internet)
	@$(BIN)/uv --version > /dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv audit --frozen --preview-features audit-command $(AUDIT)

clean: ## take away what was installed; your data stays
	rm -rf .venv .venv-* staticfiles tests/site/node_modules

$(VENV)/.run: requirements/run.txt
	@sh tools/install.sh $(VENV) $<
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@sh tools/install.sh $(VENV) $<
	@touch $@
