#!/usr/bin/env bash
# Builds the command in release, converts a small MIDAS archive, and shows what came out of it.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(-c release --enable-all-traits --scratch-path .build/full)
swift build "${build[@]}" --product parquet
parquet=$(swift build "${build[@]}" --show-bin-path)/parquet
output=demo-output
rm -rf "$output"

show() { # what a reader would type, and what it says
  printf '\n$ parquet %s\n' "$*"
  "$parquet" "$@"
}

show midas convert Fixtures/midas --output "$output"
files=()
while IFS= read -r file; do files+=("$file"); done < <(find "$output" -name '*.parquet' | sort)
[[ ${#files[@]} -gt 0 ]] || { echo "demo: nothing was written" >&2; exit 1; }
first=${files[0]}
show schema "$first"
show cat "$first" --limit 3
show inspect "$first" | head -n 30
for file in "${files[@]}"; do show count "$file"; done
show verify "${files[@]}"

printf '\nsizes in bytes\n%12s  %s\n' "$(find Fixtures/midas -name '*.csv' -exec cat {} + | wc -c)" \
  "Fixtures/midas (CSV)"
for file in "${files[@]}"; do printf '%12s  %s\n' "$(wc -c <"$file")" "$file"; done
