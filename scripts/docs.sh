#!/usr/bin/env bash
# The API reference of the library Parquet, into docs/out (a DocC archive that any web server can show).
set -euo pipefail
cd "$(dirname "$0")/.."

build=(--enable-all-traits --scratch-path .build/full)
swift package "${build[@]}" dump-symbol-graph --minimum-access-level public >/dev/null
graphs=.build/docs/symbolgraph
rm -rf .build/docs docs/out
mkdir -p "$graphs"
find .build/full -path '*symbolgraph*' \
  \( -name 'Parquet.symbols.json' -o -name 'Parquet@*.symbols.json' \) -exec cp {} "$graphs" \;
docc convert --additional-symbol-graph-dir "$graphs" --fallback-display-name Parquet \
  --fallback-bundle-identifier org.swift-parquet.Parquet --output-path docs/out --warnings-as-errors
echo "docs: docs/out"
