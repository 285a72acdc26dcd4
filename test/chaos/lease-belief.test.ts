import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { type RunningCluster, startCluster } from '@seedcore/nats-dev';
import { forSeeds, type SeededRandom } from '@seedcore/protocol/testing';
import { openStore } from '@seedcore/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unfencedEffects } from '../checkers/store-fencing.ts';
import type { Effect } from '../checkers/store-history.ts';
import { readJournal } from '../checkers/store-journal.ts';
import { sharedBeliefs, shrinkingEpochs } from '../checkers/store-leases.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const main = fileURLToPath(new URL('./store/main-candidate.ts', import.meta.url));
const CANDIDATES = 3;
const TTL_MS = 4_000;
/** Rounds of all faults; SC_ROUNDS sets another number. */
const ROUNDS = Number(process.env['SC_ROUNDS'] ?? 1);
/** Longer than the lease lives, so that another one takes it meanwhile. */
const OUT_MS = [TTL_MS + 2_000, TTL_MS + 4_000] as const;
const FAULTS = ['stop', 'isolate', 'jump', 'stop', 'kill'] as const;
const MOST_MS = 600_000;

let cluster: RunningCluster;
let mesh: BusMesh;
const candidates: Candidate[] = [];
const effects: Effect[] = [];
beforeEach(async () => {
  cluster = await startCluster(3);
  mesh = await openMesh({ servers: cluster.urls, ns: 'test', replicas: 3, onDefect: () => {} });
  const store = openStore(mesh, { replicas: 3, report: () => {} });
  await until('the leases to be made', () => store.provision([]));
  receive();
});
afterEach(async () => {
  await Promise.all(candidates.map(({ program }) => program.stop('SIGKILL')));
  await mesh?.close();
  await cluster?.stop();
});

/** The world outside: refuses whoever comes with an older epoch than the newest it has seen. */
function receive(): void {
  let newest = 0;
  mesh.nats().subscribe('effect', {
    callback: (error, message) => {
      if (error !== null) return;
      const epoch = Number(message.string());
      effects.push({ key: 'singleton', epoch, taken: epoch >= newest });
      newest = Math.max(newest, epoch);
    },
  });
}

type Candidate = { readonly name: string; readonly program: Program };

function start(i: number): Candidate {
  const name = `p${i}`;
  const at = i % cluster.urls.length;
  const servers = [...cluster.urls.slice(at), ...cluster.urls.slice(0, at)].join(',');
  const env = { SC_PROCESS: name, SC_SERVERS: servers, SC_TTL_MS: `${TTL_MS}` };
  const candidate = { name, program: new Program(process.execPath, [main], { env }) };
  candidates.push(candidate);
  return candidate;
}

/** Who leads under a larger epoch than `after`, and on which member of the cluster. */
function leads(after: number): { candidate: Candidate; epoch: number; member: number } | undefined {
  for (const candidate of candidates) {
    const last = [...candidate.program.output.matchAll(/leads (\d+) on (\S+)/g)].at(-1);
    const epoch = Number(last?.[1] ?? 0);
    const over = candidate.program.output.includes(`over ${epoch}\n`) || candidate.program.child.signalCode !== null;
    if (epoch > after && !over) return { candidate, epoch, member: cluster.urls.indexOf(`nats://${last?.[2]}`) };
  }
  return undefined;
}

/** How a fault goes: whom it befalls, for how long, and under which epoch it led. */
type Lasts = { readonly program: Program; readonly ms: number; readonly epoch: number };

async function befall(kind: (typeof FAULTS)[number], member: number, { program, ms, epoch }: Lasts) {
  if (kind === 'stop') program.child.kill('SIGSTOP');
  if (kind === 'isolate') cluster.partition(member);
  if (kind === 'jump') program.child.kill('SIGUSR2');
  if (kind === 'kill') program.child.kill('SIGKILL');
  await pause(ms);
  // The world outside has heard of its successor: whatever it still does is refused.
  if (kind === 'stop') await until('a newer epoch', () => effects.some((effect) => effect.epoch > epoch) || undefined);
  if (kind === 'stop') program.child.kill('SIGCONT');
  if (kind === 'isolate') cluster.heal(member);
  if (kind === 'jump') program.child.kill('SIGUSR2');
  if (kind === 'kill') await start(candidates.length).program.printed(/ready/);
}

async function holdThroughFaults(random: SeededRandom): Promise<void> {
  for (let i = 0; i < CANDIDATES; i++) start(i);
  let epoch = 0;
  const told: string[] = [];
  for (const kind of Array.from({ length: ROUNDS }, () => FAULTS).flat()) {
    const holder = await until('somebody to lead', () => leads(epoch));
    await pause(3_000 * random.next());
    const ms = OUT_MS[0] + (OUT_MS[1] - OUT_MS[0]) * random.next();
    told.push(`${kind} ${holder.candidate.name} ${Math.round(ms)} ms`);
    await befall(kind, holder.member, { program: holder.candidate.program, ms, epoch: holder.epoch });
    epoch = holder.epoch;
  }
  const { epoch: last } = await until('somebody to lead in the end', () => leads(epoch));
  const { beliefs } = await until('its first look', () => {
    const journal = readJournal(candidates.map(({ program }) => program.output));
    return journal.beliefs.some((belief) => belief.epoch === last) ? journal : undefined;
  });
  const fenced = effects.filter(({ taken }) => !taken).length;
  console.log(`seed ${random.seed}: ${told.join(', ')}`);
  console.log(`${beliefs.length} beliefs, ${effects.length} effects, ${fenced} of old epochs refused`);
  expect([...sharedBeliefs(beliefs), ...shrinkingEpochs(beliefs), ...unfencedEffects(effects)]).toEqual([]);
  expect(beliefs.length).toBeGreaterThan(FAULTS.length * ROUNDS);
  // A holder was stopped between its last good look and what it did because of it: the receiver alone could refuse that.
  expect(fenced).toBeGreaterThan(0);
}

test(
  'durable.A19, store.S12: no two holders believe at once, stopped, cut off, killed or an hour ahead; epochs only grow',
  () => forSeeds(1, holdThroughFaults),
  MOST_MS,
);
