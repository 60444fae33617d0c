#!/usr/bin/env bash
# Makes the virtual environments of the Python peers that tests exchange things with: .build/venv/NAME of requirements/NAME.txt, each pinned.
# One that is as its list says is left alone. Needs Python 3.10 or newer and a package index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
venvs=${SUBNETKIT_PYTHON_VENVS:-../../.build/venv}
mkdir -p "$venvs"
for list in requirements/*.txt; do
  name=$(basename "$list" .txt)
  if cmp -s "$list" "$venvs/$name/installed.txt"; then
    echo "$name: already installed."
    continue
  fi
  rm -rf "${venvs:?}/$name"
  python3 -m venv "$venvs/$name"
  "$venvs/$name/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$list"
  cp "$list" "$venvs/$name/installed.txt"
  echo "$name: installed."
done
