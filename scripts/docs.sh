#!/usr/bin/env bash
# The API reference of the library Parquet, into docs/out (a DocC archive that any web server can show).
set -euo pipefail
cd "$(dirname "$0")/.."

graphs=$PWD/.build/docs/graphs
rm -rf .build/docs docs/out
mkdir -p "$graphs"
swift build --enable-all-traits --scratch-path .build/docs --target Parquet \
  -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$graphs" \
  -Xswiftc -symbol-graph-minimum-access-level -Xswiftc public
docc convert --additional-symbol-graph-dir "$graphs" --fallback-display-name Parquet \
  --fallback-bundle-identifier org.swift-parquet.Parquet --output-path docs/out --warnings-as-errors
echo "docs: docs/out"
