import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '@seedcore/nats-dev';
import type { Census } from './census.ts';
import type { Compared } from './judge.ts';
import { SoakProcess } from './soak-process.ts';

/** How long, how much, and how often something breaks; times in ms. */
export type SoakPlan = {
  readonly totalMs: number;
  /** Until the first census: what fills up once has filled up by then. */
  readonly firstMs: number;
  readonly rate: number;
  /** Between two faults. */
  readonly faultEveryMs: number;
  /** Rest before a census. */
  readonly settleMs: number;
};

/** How long the broker is away, in ms. */
const AWAY_MS = 1_000;

/** What came of it. */
export type Soaked = { readonly compared: readonly Compared[]; readonly ends: Readonly<Record<string, number>> };

/** Soaks a client and three servers, one of which is killed again and again while the broker goes away now and then. */
export async function runSoak(
  plan: SoakPlan,
  { broker, note }: { readonly broker: RunningServer; readonly note: (line: string) => void },
): Promise<Soaked> {
  const lasting = await Promise.all(['server', 'server', 'client'].map((name) => start(name, broker)));
  const [one, two, client] = lasting;
  if (one === undefined || two === undefined || client === undefined) throw new Error('three were started');
  const victim = { now: await start('server', broker) };
  const run = { plan, client, victim, broker, note };
  const names = ['server 1', 'server 2', 'client'];
  try {
    await loaded(plan.firstMs, run);
    const first = await censuses(lasting, run);
    await loaded(plan.totalMs - plan.firstMs, run);
    const last = await censuses(lasting, run);
    const compared = names.flatMap((process, i) => compare(process, first[i], last[i]));
    const seen = await client.ask({ ask: 'census' });
    return { compared, ends: seen.say === 'census' ? seen.ends : {} };
  } finally {
    await Promise.all([...lasting, victim.now].map((one) => one.end()));
  }
}

type Run = {
  readonly plan: SoakPlan;
  readonly client: SoakProcess;
  /** The server that is killed, and started anew. */
  readonly victim: { now: SoakProcess };
  readonly broker: RunningServer;
  readonly note: (line: string) => void;
};

const start = (name: string, { url }: RunningServer) => SoakProcess.start(name === 'client' ? 'client' : 'server', url);

function compare(process: string, first: Census | undefined, last: Census | undefined): readonly Compared[] {
  return first === undefined || last === undefined ? [] : [{ process, first, last }];
}

/**
 * Load for so long, with a fault now and then, each kind once at least: an instance killed and started, the broker gone
 * and back, by turns.
 */
async function loaded(ms: number, run: Run): Promise<void> {
  const { plan, client, victim, broker, note } = run;
  const end = performance.now() + ms;
  await client.ask({ ask: 'go', rate: plan.rate });
  for (let n = 0; n < 2 || performance.now() + plan.faultEveryMs < end; n++) {
    await pause(plan.faultEveryMs);
    note(n % 2 === 0 ? 'kills an instance' : 'takes the broker away');
    if (n % 2 === 0) {
      await victim.now.kill();
      victim.now = await start('server', broker);
    } else {
      await broker.kill();
      await pause(AWAY_MS);
      await broker.restart();
    }
  }
  await pause(Math.max(0, end - performance.now()));
  await client.ask({ ask: 'rest' });
}

/** What each process holds when nothing has gone on for a while. */
async function censuses(all: readonly SoakProcess[], { plan, note }: Run): Promise<readonly Census[]> {
  await pause(plan.settleMs);
  note('counts');
  const said = await Promise.all(all.map((one) => one.ask({ ask: 'census' })));
  return said.flatMap((one) => (one.say === 'census' ? [one.census] : []));
}
