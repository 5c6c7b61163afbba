#!/usr/bin/env bash
# Makes .venv with the readers that the tests and the benchmark hold our files against, at the
# versions of Tests/requirements.txt; with the argument `bench` also what the benchmark alone needs
# (Benchmarks/requirements.txt). Does nothing where it is already so.
set -euo pipefail
cd "$(dirname "$0")/.."

# install FILE STAMP: installs what FILE lists, and leaves STAMP as a sign of it.
install() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --only-binary :all: -r "$1"
  cp "$1" "$2"
}

stamp=.venv/.requirements
if ! { [[ -f $stamp ]] && cmp -s Tests/requirements.txt "$stamp" \
  && .venv/bin/python -c 'import pyarrow, duckdb, polars' 2>/dev/null; }; then
  echo "python: preparing .venv"
  rm -rf .venv
  python3 -m venv .venv
  install Tests/requirements.txt "$stamp"
fi
if [[ ${1:-} == bench ]] && ! { [[ -x .venv/bin/tpchgen-cli ]] \
  && cmp -s Benchmarks/requirements.txt "$stamp-bench"; }; then
  echo "python: adding what the benchmark needs"
  install Benchmarks/requirements.txt "$stamp-bench"
fi
