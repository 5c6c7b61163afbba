#!/usr/bin/env bash
# Runs the checks of `make test` (or, with `deep`, of `make test-deep`): every step, also after one has
# failed; the exit status and the last line tell the sum.
set -euo pipefail
cd "$(dirname "$0")/.."

deep=0
if [[ ${1:-} == deep ]]; then deep=1; fi

export PARQUET_PYTHON=$PWD/.venv/bin/python
# Data that is not part of the repository; the tests that need it say so when they are skipped.
if [[ -z ${PARQUET_SHARED:-} && -d ../shared ]]; then PARQUET_SHARED=$(cd ../shared && pwd); fi
if [[ -n ${PARQUET_SHARED:-} ]]; then
  export PARQUET_SHARED
  if [[ -z ${PARQUET_TEST_DATA:-} && -d $PARQUET_SHARED/parquet-testing ]]; then
    export PARQUET_TEST_DATA=$PARQUET_SHARED/parquet-testing
  fi
fi

# One release build for everything: tests over whole tables are far faster than in debug. It lies apart
# from .build/full because code that tests may look into is built differently.
build=(-c release --enable-all-traits --scratch-path .build/test -Xswiftc -enable-testing)
passed=0
failed=0
summary=()

step() { # NAME COMMAND…
  local name=$1 started=$SECONDS result
  shift
  echo "── $name"
  if "$@"; then
    passed=$((passed + 1))
    result=passed
  else
    failed=$((failed + 1))
    result=FAILED
  fi
  summary+=("$(printf '%-7s %4d s  %s' "$result" $((SECONDS - started)) "$name")")
  echo "── $name: $result"
}

step "lint finds what it must" python3 Tests/lint/lint.py --self-test
step "lint" python3 Tests/lint/lint.py
step "format" swift format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzz
step "reference, with no broken link" scripts/docs.sh
step "default build, with the three packages only" swift build
step "build with all traits" swift build "${build[@]}" --build-tests
step "unit tests" swift test "${build[@]}" --skip-build
bin=$(swift build "${build[@]}" --show-bin-path)
step "checker of pages: finds planted faults" \
  "$PARQUET_PYTHON" Tests/Golden/test_check_pages.py Fixtures/golden
step "checker of golden files: finds planted differences" \
  "$PARQUET_PYTHON" Tests/Golden/test_check_golden.py Fixtures/golden
step "golden files, by four readers" "$PARQUET_PYTHON" Tests/Golden/check_golden.py Fixtures/golden
states=300
tables=200
alp=60
if [[ $deep -eq 1 ]]; then
  states=6000
  tables=2000
  alp=1000
fi
step "every nested shape to depth 3, by four readers" "$PARQUET_PYTHON" \
  Tests/Golden/check_shapes.py --writer "$bin/golden-writer" --limit $states
step "$tables random tables, by four readers" "$PARQUET_PYTHON" Tests/Golden/check_random.py \
  --writer "$bin/golden-writer" --count $tables
step "$alp random tables in ALP, by a decoder of its own" "$PARQUET_PYTHON" \
  Tests/Golden/check_alp.py --writer "$bin/golden-writer" --count $alp
step "checker of rewritten files: finds planted differences" \
  "$PARQUET_PYTHON" Tests/Convert/check_convert.py "$bin/parquet" --self-test
cases=150
joins=25
if [[ $deep -eq 1 ]]; then
  cases=20000
  joins=2000
fi
step "$cases random tables of pyarrow, rewritten, by three readers" \
  "$PARQUET_PYTHON" Tests/Convert/check_convert.py "$bin/parquet" --count $cases
step "$((joins * 8)) random tables of pyarrow, written by profiles, by two readers" \
  "$PARQUET_PYTHON" Tests/Convert/check_profiles.py "$bin/parquet" --count $((joins * 8))
step "$joins joined files, by three readers" \
  "$PARQUET_PYTHON" Tests/Convert/check_concat.py "$bin/parquet" --count $joins
step "orders of bounds, INT96, geometries: random tables, by three readers" \
  "$PARQUET_PYTHON" Tests/Convert/check_types.py "$bin/parquet" --count $((cases / 5))
texts=40
if [[ $deep -eq 1 ]]; then texts=3000; fi
step "checker of types in text: finds planted differences" \
  "$PARQUET_PYTHON" Tests/Convert/check_text.py "$bin/parquet" --self-test
step "every type in NDJSON and CSV, there and back, and $texts random tables, by three readers" \
  "$PARQUET_PYTHON" Tests/Convert/check_text.py "$bin/parquet" --count $texts
encrypted=20
if [[ $deep -eq 1 ]]; then encrypted=1000; fi
step "checker of encrypted files: finds planted differences" \
  "$PARQUET_PYTHON" Tests/Encryption/check_encryption.py "$bin/parquet" --self-test
step "$encrypted encrypted files, by pyarrow and the command, both ways" \
  "$PARQUET_PYTHON" Tests/Encryption/check_encryption.py "$bin/parquet" --count $encrypted
step "VARIANT: $((tables * 5)) random values, by an independent decoder and DuckDB" \
  "$PARQUET_PYTHON" Tests/Golden/check_variants.py "$bin/parquet" --count $((tables * 5))
mutants=4000
if [[ $deep -eq 1 ]]; then mutants=200000; fi
step "$mutants damaged files" \
  "$PARQUET_PYTHON" Tests/Mutants/check_mutants.py "$bin/mutant-reader" --command "$bin/parquet" \
  --count $mutants
step "the files of parquet-testing, by pyarrow and DuckDB" "$PARQUET_PYTHON" \
  Tests/Conformance/check_conformance.py "$bin/parquet" --check-table docs/conformance.md
step "MIDAS: the sample archive and the real files, against numbers from elsewhere" \
  "$PARQUET_PYTHON" Tests/MIDAS/check_oracle.py "$bin/parquet"
folders=40
if [[ $deep -eq 1 ]]; then folders=2000; fi
step "$folders random tables in Hive folders, by three readers" "$PARQUET_PYTHON" \
  Tests/Datasets/check_partitions.py "$bin/parquet" --count $folders
kills=6
if [[ $deep -eq 1 ]]; then kills=60; fi
step "MIDAS: $kills runs killed and gone on with" \
  "$PARQUET_PYTHON" Tests/MIDAS/check_kills.py "$bin/parquet" --count $kills
step "MIDAS: the queries and the picture of its page" \
  "$PARQUET_PYTHON" Tests/MIDAS/check_docs.py "$bin/parquet"
step "MIDAS: bad input to the command" python3 Tests/MIDAS/check_bad_input.py "$bin/parquet"
archives=40
kills=6
if [[ $deep -eq 1 ]]; then
  archives=1000
  kills=50
fi
step "checker of archives of ledger messages: finds planted differences" \
  "$PARQUET_PYTHON" Tests/Stellar/check_oracle.py --self-test
step "Stellar: samples, real messages and $archives archives of random ones, against a model" \
  "$PARQUET_PYTHON" Tests/Stellar/check_oracle.py "$bin/parquet" --count $archives
step "Stellar: $kills runs killed; what was acknowledged is there once" \
  "$PARQUET_PYTHON" Tests/Stellar/check_kills.py "$bin/parquet" --count $kills
step "Stellar: bad messages, options and storage" \
  "$PARQUET_PYTHON" Tests/Stellar/check_bad_input.py "$bin/parquet"
step "Stellar: the queries of its page" \
  "$PARQUET_PYTHON" Tests/Stellar/check_docs.py "$bin/parquet"

if [[ $deep -eq 1 ]]; then
  # The figures that take long: memory over 10 GB, and speed beside the fastest peer.
  full=(-c release --enable-all-traits --scratch-path .build/full)
  for columns in 16 400; do
    for threads in 1 2; do
      step "memory of writing 10 GB, $columns columns, $threads threads" swift run "${full[@]}" \
        bench --memory --bytes 10Gi --columns "$columns" --threads "$threads" --limit 400Mi
    done
  done
  step "automatic encodings beside the best single ones" swift run "${full[@]}" \
    bench --encodings
  step "ten thousand columns: memory, and the footer beside pyarrow" swift run "${full[@]}" \
    bench --wide --runs 9 --limit 64Mi --at-most 25
  scripts/packages.sh valgrind
  step "guard: finds planted growth" python3 Benchmarks/guard.py self-test
  step "instructions and allocations of each kernel, against the baseline" \
    swift run "${full[@]}" bench --check
  step "instructions a row and a column of more and more" swift run "${full[@]}" bench --growth
  step "a stream of 100 million rows: time and memory" swift run "${full[@]}" \
    bench --stream --limit 400Mi
  step "speed beside the fastest peer" swift run "${full[@]}" bench --peers \
    --works write --data lineitem --codec snappy --at-least 100
  # The test runner itself leaks a few hundred bytes, which is no finding about the engine.
  export ASAN_OPTIONS=detect_leaks=0
  step "unit tests under the address sanitizer" swift test --sanitize=address \
    --enable-all-traits --scratch-path .build/address
  # Its runtime keeps a file of its own, which the file size limit of that test stops it from making.
  step "unit tests under the thread sanitizer" swift test --sanitize=thread --skip diskFull \
    --enable-all-traits --scratch-path .build/thread
fi

echo
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed ($SECONDS s)"
[[ $failed -eq 0 ]]
