#!/usr/bin/env bash
# What action.yml runs: installs eks-guard into a folder of its own, checks, and writes summary and SARIF.
# Inputs come in the environment only, so that nothing in them is ever read as shell. Python runs isolated (-I): the
# working folder is the checkout, whose author may not be trusted, and no module, path or option is taken from it.
set -euo pipefail

case "$INPUT_SARIF" in
*[[:cntrl:]]* | "") echo "eks-guard: sarif: found a control character or nothing, expected a path" >&2; exit 2 ;;
esac

venv="${RUNNER_TEMP:-/tmp}/eks-guard"
"$PYTHON" -I -m venv "$venv"
pip=("$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check)
if [ -n "${INPUT_VERSION:-}" ]; then
  "${pip[@]}" "eks-guard==$INPUT_VERSION" # with what that version asks for
else
  "${pip[@]}" --require-hashes --only-binary=:all: --requirement "$HERE/tools/requirements.txt"
  "${pip[@]}" --no-deps --no-build-isolation "$HERE"
fi

arguments=()
if [ -n "${INPUT_FAIL_ON:-}" ]; then arguments+=("--fail-on=$INPUT_FAIL_ON"); fi
if [ -n "${INPUT_AGAINST:-}" ]; then arguments+=("--against=$INPUT_AGAINST"); fi
while IFS= read -r argument; do
  if [ -n "$argument" ]; then arguments+=("$argument"); fi
done <<<"${INPUT_ARGUMENTS:-}"

paths=()
while IFS= read -r path; do
  if [ -n "$path" ]; then paths+=("$path"); fi
done <<<"${INPUT_PATH:-cdk.out}"

rm -f -- "$INPUT_SARIF" # one that came with the checkout, or a link that leads elsewhere, is not a report of ours
summary="$(mktemp)"
code=0
"$venv/bin/python" -I -m eks_guard check --format github \
  "--output=sarif=$INPUT_SARIF" "--output=markdown=$summary" ${arguments[@]+"${arguments[@]}"} -- "${paths[@]}" || code=$?
if [ -n "${INPUT_CATEGORY:-}" ] && [ -f "$INPUT_SARIF" ]; then  # code scanning keeps an id that a report has
  "$venv/bin/python" -I -c 'import json, sys
path, category = sys.argv[1:]
report = json.load(open(path, encoding="utf-8"))
several = len(report["runs"]) > 1
for run in report["runs"]:
    run["automationDetails"] = {"id": f"{category}/{run['automationDetails']['id']}" if several else category + "/"}
json.dump(report, open(path, "w", encoding="utf-8"))' "$INPUT_SARIF" "$INPUT_CATEGORY"
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$summary" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ] && [ -f "$INPUT_SARIF" ]; then printf 'sarif=%s\n' "$INPUT_SARIF" >>"$GITHUB_OUTPUT"; fi
exit "$code"
