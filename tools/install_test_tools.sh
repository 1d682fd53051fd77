#!/usr/bin/env bash
# Installs what some tests need beside Python: Chromium and axe for the HTML page, Node packages and aws-cdk-lib for real CDK
# apps, other releases of Python, actionlint, atheris for the fuzz targets, faketime for a clock that runs ahead, and the zip
# of the Lambda functions.
# Needs node 20 or newer, Debian's package manager, and the virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq chromium >/dev/null
fi
if ! command -v faketime >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq faketime >/dev/null
fi
if ! command -v npm >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq nodejs npm >/dev/null
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser,cdk,fuzz,site]'
for folder in tests/browser tests/cdk/live tests/pythons tools/lint sample_templates/packages/newest sample_templates/packages/2.150; do
  npm ci --silent --no-audit --no-fund --prefix "$folder"
done
version=$(.venv/bin/python -c 'import sys; print("{}.{}".format(*sys.version_info))')
tools/build_hook.sh .venv/bin/python "$(uname -m)" "$version" "build/hook-$version"
