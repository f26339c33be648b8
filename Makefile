# Works with any make. Without one: python3 bootstrap.py && .venv/bin/herdbook up
PYTHON = python3

.PHONY: up test lint types format lock hooks bench bench-quick clean

up:     ; @$(PYTHON) bootstrap.py && exec .venv/bin/herdbook up $(ARGS)
test:   ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/python tools/run.py test $(ARGS)
lint:   ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/python tools/run.py lint
types:  ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/mypy $(ARGS)
format: ; @$(PYTHON) bootstrap.py --dev && .venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format .
lock:   ; @$(PYTHON) bootstrap.py --dev && exec tools/lock.sh $(ARGS)
hooks:  ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/pre-commit install --install-hooks
bench:  ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/python -m benchmarks.serving $(ARGS)
bench-quick: ; @$(PYTHON) bootstrap.py --dev && exec .venv/bin/python -m benchmarks.serving --quick $(ARGS)
clean:  ; rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov dist
