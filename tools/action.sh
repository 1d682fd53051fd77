#!/usr/bin/env bash
# What action.yml runs: installs eks-guard into a folder of its own, checks, and writes summary and SARIF.
# Inputs come in the environment only, so that nothing in them is ever read as shell.
set -euo pipefail

venv="${RUNNER_TEMP:-/tmp}/eks-guard"
"$PYTHON" -m venv "$venv"
if [ -n "${INPUT_VERSION:-}" ]; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check "eks-guard==$INPUT_VERSION"
else
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$HERE"
fi

arguments=()
if [ -n "${INPUT_AGAINST:-}" ]; then arguments+=(--against "$INPUT_AGAINST"); fi
while IFS= read -r argument; do
  if [ -n "$argument" ]; then arguments+=("$argument"); fi
done <<<"${INPUT_ARGUMENTS:-}"

summary="$(mktemp)"
code=0
"$venv/bin/eks-guard" check "$INPUT_PATH" --format github --fail-on "$INPUT_FAIL_ON" \
  --output "sarif=$INPUT_SARIF" --output "markdown=$summary" ${arguments[@]+"${arguments[@]}"} || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$summary" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'sarif=%s\n' "$INPUT_SARIF" >>"$GITHUB_OUTPUT"; fi
exit "$code"
