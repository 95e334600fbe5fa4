# make web    set up, build the site, serve it on localhost
# make build  the same without serving
# make test   set up and run every test
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
NPM := $(shell command -v npm 2>/dev/null)
comma := ,
EXTRAS := offline,dev$(if $(NPM),,$(comma)node)

.PHONY: web build test test-web test-rest screenshots lint clean

web: build
	@echo "Serving the page at http://localhost:$(PORT)/ - stop with Ctrl-C"
	@$(PY) -m http.server --bind 127.0.0.1 --directory web $(PORT)

build: $(VENV)/installed
	$(PY) scripts/build_web.py

test: build
	@$(MAKE) --no-print-directory --jobs 2 --keep-going test-web test-rest

# Side by side: browsers wait much. What is built in web/ is built by one of the two alone, once more
# than before them. Of two trainings on a thread a core each is done sooner than of one on all.
test-web:
	$(PY) -m pytest -m web

test-rest:
	OMP_NUM_THREADS=1 $(PY) -m pytest -m "not web"

# Every state of the page, light and dark, desktop and phone.
screenshots: build
	$(PY) scripts/study/screenshots.py --out screenshots

lint: $(VENV)/installed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[$(EXTRAS)]"
	@touch $@

clean:
	rm -rf $(VENV) web/node_modules export/bench/node_modules export/bench/lighthouse/node_modules tests/package/projects/node_modules training/artifacts/*/onnx
