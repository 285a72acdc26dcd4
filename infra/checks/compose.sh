#!/usr/bin/env bash
# Runs infra/compose.yaml for real and shows, one line each, that it keeps its promises; the first that does not hold
# ends it with 1. Needs a Docker engine with compose, the `nats` CLI (PATH or SEEDCORE_NATS_CLI) and the installed
# dependencies. Uses a project, a port and volumes of its own, and removes them at the end.
# Usage: bash infra/checks/compose.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

services=(ml energy state cognitive organism coordinator)
tasks=60
export COMPOSE_PROJECT_NAME=seedcore-check-$$ COMPOSE_FILE=infra/compose.yaml NATS_PORT=${NATS_PORT:-0} NO_COLOR=1
export SEEDCORE_NS=seedcore-dev
nats=${SEEDCORE_NATS_CLI:-nats}
node=$PWD/node_modules/node/bin/node
[[ -x $node ]] || node=node
work=$(mktemp -d)
began=$SECONDS

main() {
  trap 'clean_up $?' EXIT
  trap 'exit 130' INT TERM
  find_tools
  watch_ends
  build_images
  start_all
  look_inside
  call_from_outside
  restart_ml
  down_and_up
  down_with_volumes
  shown 'everything' "in $((SECONDS - began)) s"
}

find_tools() {
  docker info >/dev/null 2>&1 || failed 'no Docker engine answers: start it, or set DOCKER_HOST'
  docker compose version >/dev/null 2>&1 || failed 'docker compose is missing: install the compose plugin'
  command -v "$nats" >/dev/null || failed 'the nats CLI is missing; this gets it: node infra/checks/install-nats-cli.mjs'
  [[ -e node_modules/@seedcore/cli ]] || failed 'dependencies are missing: npm ci'
}

# Every container that ends, with its exit code, from here to the last line.
watch_ends() {
  docker events --filter type=container --filter event=die --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
    --format '{{index .Actor.Attributes "com.docker.compose.service"}} {{.Actor.Attributes.exitCode}}' >>"$work/ends" &
  watcher=$!
}

build_images() {
  local start=$SECONDS service layers
  quietly docker compose build
  for service in "${services[@]}"; do
    docker image inspect "$COMPOSE_PROJECT_NAME-$service" --format '{{.Size}} {{join .RootFS.Layers " "}}'
  done | sort -u >"$work/layers"
  [[ $(wc -l <"$work/layers") -eq 1 ]] || failed 'the six images do not share their layers'
  layers=$(wc -w <"$work/layers")
  shown 'images' "six share all $((layers - 1)) layers, $(($(cut -d' ' -f1 "$work/layers") / 1000000)) MB, built in $((SECONDS - start)) s"
}

start_all() {
  local start=$SECONDS healthy
  quietly docker compose up --detach --wait --wait-timeout 120
  healthy=$(docker compose ps --format '{{.Service}} {{.Health}}' | grep -c ' healthy$') || true
  [[ $healthy == 7 ]] || failed "$healthy of 7 containers are healthy"
  url=nats://$(docker compose port nats 4222)
  [[ $url == nats://127.0.0.1:* ]] || failed "the broker is published on ${url#nats://}, not on loopback only"
  shown 'up' "7 of 7 containers healthy in $((SECONDS - start)) s, NATS at $url"
}

look_inside() {
  local service seen
  for service in nats "${services[@]}"; do
    seen=$(docker compose exec -T "$service" sh -c \
      'id -u; grep CapEff /proc/1/status | tr -d "\t"; touch /probe 2>/dev/null && echo writable || echo read-only' | xargs)
    [[ $seen == '1000 CapEff:0000000000000000 read-only' ]] || failed "$service runs as: $seen"
  done
  shown 'inside' 'all 7 run as user 1000, without capabilities, on a read-only root'
  shown 'memory' "$(docker compose ps -q | xargs docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' |
    sed -E "s/^$COMPOSE_PROJECT_NAME-([a-z]+)-1 /\1 /; s/ \/ / of /" | sort | paste -sd, | sed 's/,/, /g')"
}

call_from_outside() {
  local found
  found=$("$nats" --server "$url" micro ls --json | "$node" -p 'JSON.parse(fs.readFileSync(0)).map((s) => s.name).sort().join(" ")')
  [[ $found == 'cognitive coordinator energy ml organism state' ]] || failed "nats micro ls shows: $found"
  shown 'nats micro ls' "$found"
  contains 'nats req' '"index":4' "$nats" --server "$url" req --raw "$SEEDCORE_NS.svc.ml.detect_anomaly" '{"data":[1,1.1,0.9,1,9,1.1,1]}'
  contains 'seedcore call' '"index":4' seedcore --json call ml detect_anomaly '{"data":[1,1.1,0.9,1,9,1.1,1]}'
  contains 'seedcore task run' '"state":"succeeded"' seedcore --json task run analyze_series '{"values":[1,1,2,1,9]}'
  found=$(seedcore --json ls | "$node" -p 'JSON.parse(fs.readFileSync(0)).filter((s) => s.health === "ready").length')
  [[ $found == 6 ]] || failed "seedcore ls shows $found of 6 services ready"
  shown 'seedcore ls' '6 of 6 services ready'
  contains 'seedcore doctor' '6 instances answer' seedcore doctor
}

# Hands in tasks one by one; after a third of them ml is restarted, while the others keep coming.
restart_ml() {
  local i restarting=''
  for ((i = 1; i <= tasks; i++)); do
    if ((i == tasks / 3)); then
      { now; docker compose restart ml; now; } >"$work/restart" 2>"$work/log" &
      restarting=$!
    fi
    submit "ml-$i" analyze_series "{\"values\":$(series_with_spike_at $((i % 40)))}"
    sleep 0.1
  done
  wait "$restarting" || failed "docker compose restart ml: $(cat "$work/log")"
  # shellcheck disable=SC2046
  outcome 'restart ml' ml "$tasks" $(grep -E '^[0-9]+$' "$work/restart")
  ended 'ml 0'
}

# Stops everything while agents are at work: what runs is finished or handed back, and the records outlive the containers.
down_and_up() {
  local i start
  for ((i = 1; i <= 5; i++)); do submit "down-$i" wait '{"for_ms":4000,"hold":true}'; done
  start=$SECONDS
  quietly docker compose down
  [[ -z $(docker compose ps --all --quiet) ]] || failed 'down left containers'
  ended 'cognitive 0' 'coordinator 0' 'energy 0' 'ml 0' 'nats 0' 'organism 0' 'state 0'
  shown 'down' "with 5 tasks under way: 7 exit codes 0, no container left, in $((SECONDS - start)) s"
  start_all
  outcome 'after down and up' down 5
  outcome 'still on disk' ml "$tasks"
}

down_with_volumes() {
  quietly docker compose down --volumes
  ended 'cognitive 0' 'coordinator 0' 'energy 0' 'ml 0' 'nats 0' 'organism 0' 'state 0'
  local label=label=com.docker.compose.project=$COMPOSE_PROJECT_NAME left
  left=$(docker ps -aq --filter "$label"; docker volume ls -q --filter "$label"; docker network ls -q --filter "$label")
  [[ -z $left ]] || failed "down --volumes left: $left"
  shown 'down --volumes' '7 exit codes 0, no container, volume or network left'
}

seedcore() { "$node" packages/cli/src/main.ts "$@" --server "$url"; }

now() { "$node" -p 'Date.now()'; }

series_with_spike_at() {
  local i values=()
  for ((i = 0; i < 40; i++)); do values+=($((i == $1 ? 90 : i % 3))); done
  (IFS=,; echo "[${values[*]}]")
}

submit() { # ID TYPE PARAMS
  local reply
  reply=$("$nats" --server "$url" req --raw --timeout 20s "$SEEDCORE_NS.svc.coordinator.submit_task" \
    "{\"id\":\"check-$1\",\"type\":\"$2\",\"params\":$3}")
  [[ $reply == *"\"id\":\"check-$1\""* ]] || failed "check-$1 was not accepted: $reply"
}

# What became of check-GROUP-1 … COUNT; waits for each to be final.
outcome() { # WHAT GROUP COUNT [RESTART_BEGAN_MS RESTART_ENDED_MS]
  local said
  "$nats" --server "$url" req --raw --timeout 40s --count "$3" "$SEEDCORE_NS.svc.coordinator.get_task" \
    "{\"id\":\"check-$2-{{Count}}\",\"wait_ms\":30000,\"include\":[\"input\"]}" >"$work/results" 2>"$work/log" ||
    failed "$1: $(cat "$work/log")"
  said=$("$node" -e "$tally" "$work/results" "${@:3}") || failed "$1: $said"
  shown "$1" "$said"
}

# Arguments: file of results, how many, when the restart began and ended in ms. Exits 1 unless all succeeded and every
# anomaly found is the one that was planted.
tally='
const [file, count, began, ended] = process.argv.slice(1);
const all = fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const many = (test) => all.filter(test).length;
const at = ({ created_at }) => Date.parse(created_at);
const anomalies = ({ result }) => result?.payload?.result?.anomalies;
const spike = ({ input }) => input?.params?.values?.indexOf(90);
const good = many(({ state }) => state === "succeeded");
const words = [`${good} of ${count} tasks succeeded`];
if (ended) words.push(`handed in ${many((one) => at(one) < began)} before, ${many((one) => at(one) >= began && at(one) <= ended)} during (${ended - began} ms), ${many((one) => at(one) > ended)} after it`);
words.push(`${many(({ attempts }) => attempts?.length > 1)} took a second attempt`, `${many(({ result }) => result?.degraded)} say they are degraded`);
const wrong = many((one) => anomalies(one) && !anomalies(one).some(({ index }) => index === spike(one)));
if (all.some(anomalies)) words.push(`${many(anomalies) - wrong} found their own spike`, `${wrong} did not`);
console.log(words.join(", "));
process.exitCode = good === +count && wrong === 0 ? 0 : 1;
'

# The containers that ended since the last look, as "service exit-code", sorted.
ended() {
  local expected seen=''
  expected=$(printf '%s\n' "$@")
  for _ in {1..50}; do
    seen=$(sort "$work/ends")
    [[ $(wc -l <"$work/ends") -ge $# ]] && break
    sleep 0.1
  done
  [[ $seen == "$expected" ]] || failed "ended: ${seen//$'\n'/, }; expected: ${expected//$'\n'/, }"
  : >"$work/ends"
}

contains() { # WHAT PATTERN COMMAND...
  local what=$1 pattern=$2 output
  shift 2
  output=$("$@" 2>&1) || failed "$what ends with $?: $output"
  [[ $output =~ $pattern ]] || failed "$what does not show $pattern: $output"
  shown "$what" "shows ${BASH_REMATCH[0]}"
}

shown() { printf '%-18s %s\n' "$1" "$2"; }

quietly() { "$@" >"$work/log" 2>&1 || failed "$* ends with $?: $(tail -n 20 "$work/log")"; }

failed() {
  echo "failed: $1" >&2
  exit 1
}

clean_up() {
  trap - EXIT INT TERM
  if [[ $1 != 0 && -s $work/log ]]; then
    docker compose ps --all >&2 || true
    docker compose logs --tail 15 --no-color >&2 || true
  fi
  [[ -z ${watcher:-} ]] || kill "$watcher" 2>/dev/null || true
  docker compose down --volumes --rmi local --timeout 5 >/dev/null 2>&1 || true
  rm -rf "$work"
  exit "$1"
}

main
