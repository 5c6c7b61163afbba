#!/usr/bin/env bash
# Installs the system packages that a build with all traits and the tests need, and those given as arguments,
# unless they are there.
set -euo pipefail

packages=(
  libzstd-dev libsnappy-dev zlib1g-dev # what every build needs
  liblz4-dev libbrotli-dev libdeflate-dev # the traits LZ4, Brotli, Deflate
  libssl-dev # the trait Crypto
  pkg-config python3 python3-venv make procps
  "$@"
)

if [[ $(uname) == Darwin ]]; then
  command -v brew >/dev/null || { echo "packages: Homebrew is needed: https://brew.sh" >&2; exit 1; }
  for formula in zstd snappy lz4 brotli libdeflate openssl@3 pkg-config python3; do
    brew list "$formula" >/dev/null 2>&1 || brew install "$formula"
  done
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

if ! command -v apt-get >/dev/null; then
  echo "packages: install these by this system's own means: ${missing[*]}" >&2
  exit 1
fi
root=()
if [[ $(id -u) -ne 0 ]]; then root=(sudo); fi
echo "packages: installing ${missing[*]}"
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends "${missing[@]}"
