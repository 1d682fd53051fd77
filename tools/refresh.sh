#!/usr/bin/env bash
# Runs every tools/refresh_* with what is newest outside, and prints what each noted. Needs node and npm, the packages of
# the dev extra, and the network. The listing of add-ons needs an AWS account: its answer is taken from ADDONS, a file
# with what `aws eks describe-addon-versions` printed, and is left as it is without one.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON="${PYTHON:-python3}"

newest=$("$PYTHON" -c 'import json
rows = json.load(open("eks_guard/data/eks_versions.json", encoding="utf-8"))["versions"]
print(max(int(row["minor"].split(".")[1]) for row in rows))')
release=$(npm view aws-cdk-lib version)

for tool in tools/refresh_*; do
  echo "== $tool"
  case "$(basename "$tool")" in
  refresh_addons.py)
    if [ -n "${ADDONS:-}" ]; then "$PYTHON" "$tool" "$ADDONS"; else echo "left as it is: set ADDONS to a listing"; fi ;;
  refresh_handlers.mjs) node "$tool" "$release" ;;
  refresh_kubernetes_schema.py) "$PYTHON" "$tool" ;;
  refresh_layers.py) "$PYTHON" "$tool" "$newest" ;;
  refresh_removed_apis.py) "$PYTHON" "$tool" "$((newest - 1))" "$newest" ;;
  refresh_properties.py) "$PYTHON" "$tool" ;;
  refresh_requirements.sh) "$tool" "$PYTHON" ;;
  refresh_runtimes.py) "$PYTHON" "$tool" https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html ;;
  refresh_update_rules.py) "$PYTHON" "$tool" "$release" ;;
  refresh_versions.py) "$PYTHON" "$tool" https://endoflife.date/api/amazon-eks.json ;;
  *)
    echo "$tool: not known here; say in tools/refresh.sh how it is run" >&2
    exit 1 ;;
  esac
done
