#!/usr/bin/env bash
# Builds the fuzz targets and runs each for SECONDS (60): fuzz.sh [SECONDS] [TARGET…]
# What fails is left in Fuzz/Findings/TARGET, where `swift test` reads it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then targets=(file thrift encoding csv ndjson); fi
python3 Fuzz/make_seeds.py Fixtures/golden .build/fuzz-seeds
# The leaks it sees are of Swift's runtime; a target that waits 10 s for one input has failed.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=0
# The compiler's own flag makes no counters for libFuzzer, without which it searches blindly.
coverage=(-Xswiftc -sanitize-coverage=edge)
for option in inline-8bit-counters pc-table trace-compares; do
  coverage+=(-Xswiftc -Xllvm -Xswiftc "-sanitizer-coverage-$option")
done
failed=0
for target in "${targets[@]}"; do
  swift build --package-path Fuzz --scratch-path .build/fuzz -c release \
    --sanitize=fuzzer --sanitize=address --product "fuzz-$target" "${coverage[@]}"
  corpus=.build/fuzz-corpus/$target
  mkdir -p "$corpus" "Fuzz/Findings/$target"
  echo "── $target, $seconds s"
  ".build/fuzz/release/fuzz-$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="Fuzz/Findings/$target/" \
    "$corpus" ".build/fuzz-seeds/$target" 2>&1 | tail -n 25 || failed=1
done
exit $failed
