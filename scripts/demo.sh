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

printf '\nbytes\n'
bytes() { cat "$@" | wc -c; }
for file in "${files[@]}"; do printf '%9d  %s\n' "$(bytes "$file")" "$file"; done
printf '%9d  all of them\n' "$(bytes "${files[@]}")"
printf '%9d  the CSV they come from\n' "$(find Fixtures/midas -name '*.csv' -exec cat {} + | wc -c)"
