# shellcheck shell=sh
# Sourced by bootstrap.sh. Sets $uv: the one on PATH, or one in .cache/uv, brought in the first way that works here:
#   venv     a virtual environment         (most machines; also where pip is "externally managed")
#   target   pip's --target                (Debian with python3-pip but without python3-venv)
#   deb      pip out of Debian's package   (a bare Debian or Ubuntu: fetched and unpacked, not installed; needs no root)

bring_uv() {
  uv=$cache/uv/bin/uv
  if "$uv" --version >/dev/null 2>&1; then return; fi
  if uv=$(command -v uv) && [ "$uv" != "$here/.venv/bin/uv" ] && "$uv" --version >/dev/null 2>&1; then return; fi
  uv=$cache/uv/bin/uv
  mkdir -p "$cache"
  : >"$cache/uv.log"
  for way in ${DEPLOYMEND_UV_WAYS:-venv target deb}; do
    rm -rf "$cache/uv"
    printf -- '--- %s\n' "$way" >>"$cache/uv.log"
    if "uv_by_$way" >>"$cache/uv.log" 2>&1 && "$uv" --version >/dev/null 2>&1; then return; fi
  done
  rm -rf "$cache/uv"
  tail -n 20 "$cache/uv.log" >&2
  stop "uv could not be brought here; the lines above say why (all of it: .cache/uv.log)" \
    "On Debian or Ubuntu:  apt install python3-venv   and run the same command again." \
    "Or install uv yourself and put it on PATH (docs.astral.sh/uv)." \
    "Behind a proxy set HTTPS_PROXY; for an own package index set PIP_INDEX_URL."
}

# PIP...: the pinned uv by that pip, into .cache/uv when $into says so.
install_uv() { "$@" install --disable-pip-version-check --no-input --require-hashes ${into:+--target "$into"} -r requirements/uv.txt; }

uv_by_venv() {
  "$python" -m venv "$cache/uv" || return 1
  into='' install_uv "$cache/uv/bin/python" -m pip
}

uv_by_target() { into=$cache/uv install_uv "$python" -m pip; }

# Debian keeps pip out of python3, but its package holds a wheel that runs as it is. The package lists go to .cache:
# an image has often deleted its own, and refreshing the system's would need root.
uv_by_deb() {
  apt=$cache/apt
  rm -rf "$apt"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  (
    cd "$apt" || exit 1
    set -- apt-get -qq -o APT::Sandbox::User= -o Debug::NoLocking=1 -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt"
    "$@" update && "$@" download python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb unpacked
  ) || return 1
  for wheel in "$apt"/unpacked/usr/share/python-wheels/pip-*.whl; do
    into=$cache/uv install_uv "$python" "$wheel/pip" || return 1
  done
  rm -rf "$apt"
}
