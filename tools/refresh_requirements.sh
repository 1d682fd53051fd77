#!/usr/bin/env bash
# Writes tools/requirements.txt: the newest packages that the GitHub action installs, each with its hashes.
# usage: tools/refresh_requirements.sh PYTHON (with uv)
set -euo pipefail
cd "$(dirname "$0")/.."
"$1" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
  --custom-compile-command tools/refresh_requirements.sh --output-file tools/requirements.txt pyproject.toml tools/build.in
