#!/usr/bin/env bash
# Gives inputs nobody wrote to decoders, parsers and state machines, and to every endpoint of every service.
# Usage: infra/checks/fuzz.sh [RUNS] [SEED]     a million of each take about half an hour; prints a table and a total
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=${1:-1000000}
seed=${2:-1}
[[ $runs =~ ^[1-9][0-9]{2,8}$ ]] || { echo "RUNS is a number from 100 to 999999999" >&2; exit 64; }
[[ $seed =~ ^[0-9]{1,9}$ ]] || { echo "SEED is a number" >&2; exit 64; }
failed=0
npx node test/fuzz/main.ts --runs "$runs" --seed "$seed" || failed=1
SEEDCORE_FUZZ_RUNS=$runs SEEDCORE_FUZZ_SEED=$seed \
  npx vitest run --project system test/regression/bad-input/fuzz.test.ts --testTimeout 14400000 || failed=1
exit $failed
