#!/usr/bin/env bash
# Runs the chaos tests at the size of the acceptance list, one after the other, and prints what each has measured; there the
# bounds on time hold too. One that fails says where its log is, and with which seed it can be run again.
# Usage: infra/checks/full-chaos.sh [SEED] [test/chaos/<name>.test.ts …]     all of them take about two hours
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seed=${1:-20261122}
shift || true
[[ $seed =~ ^[0-9]{1,9}$ ]] || { echo "SEED is a number" >&2; exit 64; }
[[ $# -gt 0 ]] || set -- test/chaos/*.test.ts
folder=$(mktemp -d)
failed=0
for file in "$@"; do
  log=$folder/$(basename "$file" .test.ts).log
  start=$SECONDS
  status=0
  SC_CHAOS=full SC_UPDATES=100 SC_ROUNDS=10 SC_SEED=$seed NO_COLOR=1 \
    npx vitest run --project system --testTimeout 3600000 --hookTimeout 600000 "$file" >"$log" 2>&1 </dev/null || status=$?
  total=$(grep -E '^ +Tests ' "$log" | tail -n 1 | xargs)
  echo "$file: ${total:-no total}, $((SECONDS - start)) s"
  sed -n 's/^figures /  /p' "$log"
  if [[ $status -ne 0 ]]; then
    failed=$((failed + 1))
    echo "  failed with SC_SEED=$seed, log: $log"
  fi
done
[[ $failed -eq 0 ]] && rm -rf "$folder"
echo "$(($# - failed)) of $# files passed"
[[ $failed -eq 0 ]]
