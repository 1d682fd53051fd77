#!/usr/bin/env bash
# Builds sdist and wheel into dist/, and the SBOM of an environment with the wheel alone into build/sbom/. Everything is
# built twice from the same commit, and the hashes have to agree. Usage: tools/build_release.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON="$1"
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH

rm -rf dist build/again build/sbom build/with-wheel
"$PYTHON" -m pip install --quiet --disable-pip-version-check --editable '.[release]'
"$PYTHON" -m build --outdir dist .
"$PYTHON" -m build --outdir build/again . >/dev/null
diff <(cd dist && sha256sum -- *) <(cd build/again && sha256sum -- *)
"$PYTHON" -m twine check --strict dist/*

mkdir -p build/sbom
"$PYTHON" -m venv build/with-wheel
build/with-wheel/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
build/with-wheel/bin/python -m pip uninstall --quiet --yes pip setuptools
"$PYTHON" -m cyclonedx_py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
  --output-format JSON --output-file build/sbom/eks-guard.cdx.json build/with-wheel/bin/python
(cd dist && sha256sum -- *)
