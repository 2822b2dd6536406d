# make run     sets Turnup up and starts the demo on http://127.0.0.1:8000 (PORT=… for another port)
# make test    sets up what the tests need, runs every check and every test
# make setup   .venv with .venv/bin/turnup, and the browser assets in static/vendor/
# make lock    resolves the dependencies anew and writes the lock files (needs uv and npm)
# make clean   removes what setup made; var/, where the data lives, stays
#
# PYTHON=… chooses the Python to set up with. Each step is done again only when its files changed.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
LOCKED := --require-hashes --only-binary :all:
PYTEST_OPTIONS ?= -n auto --dist load --maxschedchunk 4

# What the tests start, on Debian; fonts for the pages that Chromium shows.
DEBIAN_PACKAGES := postgresql redis-server haproxy pdns-server pdns-backend-sqlite3 bind9 prometheus \
	prometheus-alertmanager ngircd dovecot-imapd chromium fonts-dejavu-core fonts-liberation

.PHONY: run test setup dev debian lint lock clean
.NOTPARALLEL:

run: setup
	@exec $(VENV)/bin/turnup up --demo $(if $(PORT),--port $(PORT))

test: setup dev debian lint
	$(PY) -m pytest $(PYTEST_OPTIONS)

setup: $(VENV)/.installed static/vendor/versions.json

$(PY):
	@python=$$(sh scripts/find-python) && "$$python" -m venv --clear $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(PY)
	@echo "Installing Turnup's Python packages: a minute or two, the first time."
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

static/vendor/versions.json: package-lock.json .npmrc scripts/assets.py | $(VENV)/.installed
	@echo "Fetching the browser assets."
	@$(PY) scripts/assets.py

dev: $(VENV)/.dev-installed

$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the packages that the tests and checks need."
	@$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@

debian:
	@sh scripts/debian-packages $(DEBIAN_PACKAGES)

lint: setup dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint templates

# One file for what Turnup runs on, one for its tests and checks, one for npm where there is none.
UV_COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate

lock:
	$(UV_COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(UV_COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(UV_COMPILE) --group node --output-file requirements-node.lock
	npm install --package-lock-only

clean:
	rm -rf $(VENV) node_modules static/vendor *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
