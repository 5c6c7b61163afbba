# The commands people type. `make demo` and `make test` need the Swift toolchain and nothing else: they
# install what is missing.

FULL := --enable-all-traits --scratch-path .build/full
PYTHON := .venv/bin/python

.PHONY: help demo test test-deep golden bench bench-check bench-baseline fuzz format docs packages python clean

help:
	@echo 'make demo       build, convert MIDAS weather data to Parquet, show the result'
	@echo 'make test       everything that must hold, in a few minutes'
	@echo 'make test-deep  the same with the full counts'
	@echo 'make golden     write Fixtures/golden anew'
	@echo 'make bench      speed beside pyarrow, DuckDB and Polars'
	@echo 'make bench-check  instructions and allocations of each kernel against the baseline'
	@echo 'make bench-baseline  the baseline anew'
	@echo 'make fuzz       each fuzz target for a minute (SECONDS=600 for longer)'
	@echo 'make format     bring the sources into the house style'
	@echo 'make docs       the API reference, into docs/out'

demo: packages
	@scripts/demo.sh

test: packages python
	@scripts/test.sh

test-deep: packages
	@scripts/python.sh bench
	@scripts/test.sh deep

golden: packages
	swift run -c release $(FULL) golden-writer golden Fixtures/golden

bench: packages
	@scripts/python.sh bench
	swift build -c release $(FULL) --product parquet
	swift run -c release $(FULL) bench --peers $(BENCH)

# Counts by valgrind's callgrind, so that a busy machine does not matter.
bench-check: packages
	@scripts/packages.sh valgrind
	@python3 Benchmarks/guard.py self-test
	swift run -c release $(FULL) bench --check

bench-baseline: packages
	@scripts/packages.sh valgrind
	swift run -c release $(FULL) bench --baseline

fuzz: packages
	@scripts/fuzz.sh $(or $(SECONDS),60)

format:
	swift format --in-place --recursive Package.swift Sources Tests Benchmarks Fuzz

docs: packages
	@scripts/docs.sh

packages:
	@scripts/packages.sh

python: packages
	@scripts/python.sh

clean:
	rm -rf .build docs/out demo-output
