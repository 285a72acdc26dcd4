import { fileURLToPath } from 'node:url';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { type RunningCluster, startCluster } from '@seedcore/nats-dev';
import { forSeeds, type SeededRandom } from '@seedcore/protocol/testing';
import { openStore, type Store } from '@seedcore/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkStore } from '../checkers/store-check.ts';
import { hiddenWrites } from '../checkers/store-hidden.ts';
import type { Write } from '../checkers/store-history.ts';
import { readJournal } from '../checkers/store-journal.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { troubleCluster } from './store/cluster-faults.ts';
import { counterAsset, counterSpec, KEY } from './store/counter-spec.ts';
import { streamLog } from './store/stream-log.ts';
import { scaled } from './world/scale.ts';

const main = fileURLToPath(new URL('./store/main-counter.ts', import.meta.url));
const PROCESSES = 3;
const WRITERS = 10;
/** Updates of each writer in a round; SC_UPDATES=100 is the whole of the statement in each. */
const UPDATES = Number(process.env['SC_UPDATES'] ?? 10);
const A_ROUND = PROCESSES * WRITERS * UPDATES;
/** Rounds go on until a write was refused that was made: without one nothing would have been survived. */
const LEAST_ROUNDS = scaled(1, 2);
const MOST_ROUNDS = 10;
const MOST_MS = 600_000;

let cluster: RunningCluster;
let mesh: BusMesh;
let store: Store;
const programs: Program[] = [];
beforeEach(async () => {
  cluster = await startCluster(3);
  mesh = await openMesh({ servers: cluster.urls, ns: 'test', replicas: 3, onDefect: () => {} });
  store = openStore(mesh, { replicas: 3, report: () => {} });
  await until('the bucket to be made', () => store.provision([counterAsset]));
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop('SIGKILL')));
  await store?.close();
  await mesh?.close();
  await cluster?.stop();
});

function startCounter(i: number, round: number): Program {
  // Each begins at another member: one of them is a client of whatever is cut off.
  const servers = [...cluster.urls.slice(i), ...cluster.urls.slice(0, i)].join(',');
  const env = { SC_PROCESS: `p${i}r${round}`, SC_SERVERS: servers, SC_WRITERS: `${WRITERS}`, SC_TIMES: `${UPDATES}` };
  const program = new Program(process.execPath, [main], { env });
  programs.push(program);
  return program;
}

/** The member that leads the stream of the counter, in the words of whoever answers. */
async function leader(): Promise<number | undefined> {
  const asked = mesh.nats().request('$JS.API.STREAM.INFO.KV_test_counted', '', { timeout: 1_000 });
  const name = await asked
    .then((info) => info.json<{ cluster?: { leader?: string } }>().cluster?.leader)
    .catch(() => '');
  const member = cluster.members.findIndex((_, i) => cluster.name(i) === name);
  return member < 0 ? undefined : member;
}

type Counted = { readonly log: readonly Write[]; readonly value: number };

/** All writers do their share while members of the cluster are cut off; resolves with the log and what it comes to. */
async function countRound(round: number, random: SeededRandom): Promise<Counted> {
  const counters = Array.from({ length: PROCESSES }, (_, i) => startCounter(i, round));
  await Promise.all(counters.map((counter) => counter.printed(/ready/)));
  let finished = false;
  const faults = troubleCluster(cluster, { random: random.fork(`round ${round}`), leader, over: () => finished });
  await Promise.all(counters.map((counter) => counter.printed(/finished/, MOST_MS))).finally(() => {
    finished = true;
  });
  console.log(`seed ${random.seed}, round ${round}: ${(await faults).join(', ')}`);
  return until('the log to be read', () => counted(round * A_ROUND));
}

/** What is there, up to the last value; a leader that was cut off a moment ago may show less than that. */
async function counted(least: number): Promise<Counted | undefined> {
  const last = await store.bucket(counterSpec).get(KEY, { fresh: true });
  const log = await streamLog(mesh.nats(), counterSpec.name);
  const whole = last !== undefined && last.value.n >= least && log.at(-1)?.rev === last.rev;
  return whole ? { log, value: last.value.n } : undefined;
}

async function countThroughFaults(random: SeededRandom): Promise<void> {
  let round = 0;
  let refusedYetWritten = 0;
  while (round < LEAST_ROUNDS || (refusedYetWritten === 0 && round < MOST_ROUNDS)) {
    round += 1;
    const { log, value } = await countRound(round, random);
    await until('every watch to show the last value', () => programs.every((one) => shows(one, log)) || undefined);
    const journal = readJournal(programs.map(({ output }) => output));
    expect(checkStore({ ...journal, log, readings: [] })).toEqual([]);
    expect(journal.operations.filter(({ outcome }) => outcome === 'done')).toHaveLength(round * A_ROUND);
    expect(value).toBe(round * A_ROUND);
    const hidden = hiddenWrites(journal.attempts, log);
    refusedYetWritten = hidden.refused;
    console.log(
      `${log.length} writes in ${journal.attempts.length} attempts: ${JSON.stringify(hidden)} of them hidden`,
    );
  }
  expect(refusedYetWritten).toBeGreaterThan(0);
}

const shows = (counter: Program, log: readonly Write[]): boolean =>
  counter.output.includes(`"key":"${KEY}","rev":${log.at(-1)?.rev},"gone":false`);

test(
  'durable.A18, store.S10: a counter updated by 3 processes × 10 writers through isolations of the leader ends exact',
  () => forSeeds(1, countThroughFaults),
  2 * MOST_MS,
);
