#!/usr/bin/env bash
# Runs the test command several times in a row and prints one line per run: a test that fails once is a defect.
# Usage: infra/checks/repeat-tests.sh [RUNS] [arguments of vitest …]     10 runs of everything take about two hours
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=${1:-10}
shift || true
[[ $runs =~ ^[1-9][0-9]?$ ]] || { echo "RUNS is a number from 1 to 99" >&2; exit 64; }
folder=$(mktemp -d)
failed=0
for run in $(seq "$runs"); do
  log=$folder/run-$run.log
  start=$SECONDS
  status=0
  npm test -- "$@" >"$log" 2>&1 </dev/null || status=$?
  total=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  echo "run $run: exit $status, ${total:-no total}, $((SECONDS - start)) s"
  if [[ $status -ne 0 ]]; then
    failed=$((failed + 1))
    echo "  log: $log"
  fi
done
[[ $failed -eq 0 ]] && rm -rf "$folder"
echo "$((runs - failed)) of $runs runs passed"
[[ $failed -eq 0 ]]
