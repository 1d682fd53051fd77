#!/usr/bin/env bash
# Build build/hook/eks-guard-hook.zip, which holds both Lambda functions: eks_guard.hook.handler for CloudFormation Hooks and
# eks_guard.arrival.handler for events of S3. usage: tools/build_hook.sh PYTHON [ARCHITECTURE [PYTHON_OF_LAMBDA [FOLDER]]]
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:?the Python to build with}
architecture=${2:-x86_64}
version=${3:-3.13}
folder=${4:-build/hook}
target=$folder/package
rm -rf "$folder"
mkdir -p "$target"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$folder/wheel" .
"$python" -m pip install --quiet --disable-pip-version-check --target "$target" \
  --platform "manylinux2014_$architecture" --python-version "$version" --implementation cp --only-binary=:all: \
  "$folder"/wheel/*.whl fsspec s3fs
rm -rf "$target/bin"
if [ -n "${EKS_GUARD_CONFIG_FILE:-}" ]; then cp "$EKS_GUARD_CONFIG_FILE" "$target/eks-guard.yaml"; fi
"$python" tools/zip_folder.py "$target" "$folder/eks-guard-hook.zip"
ls -l "$folder/eks-guard-hook.zip"
