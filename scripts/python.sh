#!/usr/bin/env bash
# Makes .venv with the readers that the tests and the benchmark hold our files against, at the
# versions of Tests/requirements.txt; does nothing where it is already so.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/.requirements
if [[ -f $stamp ]] && cmp -s Tests/requirements.txt "$stamp" \
  && .venv/bin/python -c 'import pyarrow, duckdb, polars' 2>/dev/null; then
  exit 0
fi
echo "python: preparing .venv"
rm -rf .venv
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
  -r Tests/requirements.txt
cp Tests/requirements.txt "$stamp"
