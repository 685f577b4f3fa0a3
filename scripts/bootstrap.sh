#!/bin/sh
# Makes .venv from a fresh clone: needs python3 >= 3.11, and nothing else that it cannot bring itself.
# Run by every target of the Makefile; the second run is instant and works offline.
#
#   scripts/bootstrap.sh          set up (or do nothing when all is as it should be)
#   scripts/bootstrap.sh uv       print the uv that the set-up uses
#
# Everything lands in .venv and .cache of this checkout. All downloads but uv's own pip are pinned by hash.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here"
cache=$here/.cache
stamp=.venv/deploymend-setup
export UV_NO_PROGRESS=1 UV_LINK_MODE="${UV_LINK_MODE:-copy}"
# One index for pip and uv: who has set pip's means both.
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] && [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$PIP_INDEX_URL"; fi
. scripts/bring-uv.sh
. scripts/bring-node.sh

say() { printf 'set-up: %s\n' "$*" >&2; }
stop() {
  printf 'set-up: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '        %s\n' "$line" >&2; done
  exit 1
}

python_fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# The first Python on PATH that is new enough. A version manager's shim can exist and yet not run, so each one is tried;
# an activated .venv is looked through to the Python it was made from.
find_python() {
  for name in python3 python3.13 python3.12 python3.11 python3.14; do
    if python_fits "$name"; then
      "$name" -c 'import os, sys
real = os.path.join(sys.base_prefix, "bin", "python%d.%d" % sys.version_info[:2])
print(real if os.access(real, os.X_OK) else sys.executable)'
      return
    fi
  done
  return 1
}

# What the environment was made from, and where: a moved checkout has wrong paths in its scripts.
state() {
  printf '%s\n' "$here"
  cat requirements/*.txt pyproject.toml scripts/b*.sh | cksum
}

ready() {
  [ -f "$stamp" ] && [ "$(state)" = "$(cat "$stamp")" ] && python_fits .venv/bin/python && node_ready
}

make_venv() {
  if [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" != "$here" ]; then rm -rf .venv; fi
  if ! python_fits .venv/bin/python; then "$uv" venv --quiet --clear --python "$python" .venv; fi
  rm -f "$stamp"
}

install_packages() {
  "$uv" pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt ||
    stop "the packages could not be installed" \
      "Is a package index reachable? Behind a proxy set HTTPS_PROXY; for an own index set UV_DEFAULT_INDEX." \
      "Then run the same command again: what was fetched is kept."
  # The build backend came with the packages, so this needs no network and nothing that is not pinned.
  "$uv" pip install --quiet --python .venv/bin/python --offline --no-deps --no-build-isolation --editable .
  if [ "$uv" != "$here/.venv/bin/uv" ]; then ln -sf "$uv" .venv/bin/uv; fi # the toolchain door installs Node with it where a project wants another one
}

main() {
  if [ "${1:-}" = uv ]; then
    python=$(find_python) || python=python3
    bring_uv
    printf '%s\n' "$uv"
    return
  fi
  if ready; then return; fi
  python=$(find_python) || stop "no Python >= 3.11 found on PATH" \
    "Debian 12, Ubuntu 24.04 or newer:  apt install python3" "macOS:  brew install python@3.13"
  command -v git >/dev/null 2>&1 || stop "git is not on PATH" "Debian, Ubuntu:  apt install git" "macOS:  xcode-select --install"
  say "once for this checkout, with $("$python" --version)"
  bring_uv
  make_venv
  install_packages
  bring_node
  state >"$stamp"
  say "done"
}

main "$@"
