import { foreignShare, readTicks } from '../rpc/foreign-cpu.ts';
import { turn } from '../rpc/plan.ts';
import type { Contender } from './contenders.ts';
import { type Cell, type Plan, syncSettings } from './plan.ts';
import { QueueProcess } from './queue-process.ts';
import { runRound, type Sides } from './run-round.ts';
import { disturbed, type Round, type Series } from './series.ts';

/** The brokers of one load. */
export type Brokers = {
  readonly url: string;
  readonly pids: readonly number[];
  readonly contenders: readonly Contender[];
  stop(): Promise<void>;
};

/** What a run needs. */
export type DurableParts = {
  readonly startBrokers: (sync: { readonly nats: string; readonly redis: string }) => Promise<Brokers>;
  readonly nodeArgs: readonly string[];
  /** Told what is measured now. */
  readonly note: (line: string) => void;
};

/** Measures every contender under every load of the plan; each load begins with empty brokers. */
export async function runDurable(plan: Plan, parts: DurableParts): Promise<readonly Series[]> {
  const series: Series[] = [];
  for (const cell of plan.cells) {
    parts.note(`sync ${cell.durability}, ${cell.inFlight} in flight`);
    const brokers = await parts.startBrokers(syncSettings[cell.durability]);
    try {
      series.push(...(await runCell(cell, plan, { ...brokers, nodeArgs: parts.nodeArgs })));
    } finally {
      await brokers.stop();
    }
  }
  return series;
}

type CellParts = Pick<Brokers, 'url' | 'pids' | 'contenders'> & Pick<DurableParts, 'nodeArgs'>;
type Running = Sides & { readonly name: string };

async function runCell(cell: Cell, plan: Plan, parts: CellParts): Promise<readonly Series[]> {
  const running: Running[] = [];
  try {
    for (const contender of parts.contenders) running.push(await startSides(contender, parts));
    const sides = running.flatMap(({ client, worker }) => [client.pid, worker.pid]);
    const pids = [process.pid, ...parts.pids, ...sides];
    const rounds = new Map<string, Round[]>(running.map(({ name }) => [name, []]));
    for (let round = 0; round < plan.warmUp + plan.measured; round += 1)
      for (const one of turn(running, round)) {
        const measured = round >= plan.warmUp;
        const seen = await quietRound(
          () => watched(() => runRound(one, cell, plan), pids),
          measured ? plan.repeats : 0,
        );
        if (measured) rounds.get(one.name)?.push(seen);
      }
    return running.map(({ name }) => ({ cell, contender: name, rounds: rounds.get(name) ?? [] }));
  } finally {
    for (const { client, worker } of running) await Promise.all([client.end(), worker.end()]);
  }
}

async function startSides({ name, process: spec }: Contender, parts: CellParts): Promise<Running> {
  const client = await QueueProcess.start(spec, parts);
  try {
    return { name, client, worker: await QueueProcess.start(spec, parts) };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** A round that others disturbed is repeated; the last one counts, and says how disturbed it was. */
async function quietRound(run: () => Promise<Round>, repeats: number): Promise<Round> {
  let round = await run();
  for (let again = 0; again < repeats && disturbed(round); again += 1) round = await run();
  return round;
}

async function watched(run: () => Promise<Round['figures']>, pids: readonly number[]): Promise<Round> {
  const before = readTicks(pids);
  const figures = await run();
  return { figures, foreign: foreignShare(before, readTicks(pids)) };
}
