#!/usr/bin/env bash
# Makes the virtual environments of the Python peers that tests exchange things with: .build/venv/NAME of requirements/NAME.txt, each pinned,
# side by side. One that is as its list says is left alone. Needs Python 3.10 or newer and a package index; 350 MB in all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
venvs=${SUBNETKIT_PYTHON_VENVS:-../../.build/venv}
mkdir -p "$venvs"

make() {
  local list=$1 name started=$SECONDS
  name=$(basename "$list" .txt)
  if cmp -s "$list" "$venvs/$name/installed.txt"; then
    echo "$name: already installed."
    return
  fi
  rm -rf "${venvs:?}/$name"
  python3 -m venv "$venvs/$name"
  "$venvs/$name/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$list"
  cp "$list" "$venvs/$name/installed.txt"
  echo "$name: installed in $((SECONDS - started)) s."
}

makers=()
for list in requirements/*.txt; do
  make "$list" &
  makers+=($!)
done
for maker in "${makers[@]}"; do wait "$maker"; done
