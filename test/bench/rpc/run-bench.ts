import type { RunningServer } from '@seedcore/nats-dev';
import type { ProcessSpec, ProcessSurroundings } from '../asked-process.ts';
import { BenchProcess } from './bench-process.ts';
import type { Contender } from './contenders.ts';
import { foreignShare, readTicks } from './foreign-cpu.ts';
import { type Cell, type Plan, takesPart, turn } from './plan.ts';
import type { Measure } from './targets.ts';

/** More than this share of the machine used by others spoils a slice. */
const MOST_FOREIGN = 0.15;

/** One measured slice; costs are per call. */
export type Slice = Readonly<Record<Measure, number>> & {
  /** Of the machine's time, in [0, 1]; undefined where it cannot be known. */
  readonly foreign: number | undefined;
};
/** The measured slices of one contender under one load, in the order of the rounds. */
export type Series = { readonly cell: Cell; readonly contender: string; readonly slices: readonly Slice[] };

/** What a run needs. */
export type BenchParts = {
  readonly broker: RunningServer;
  readonly contenders: readonly Contender[];
  readonly nodeArgs: readonly string[];
  /** Told what is measured now. */
  readonly note: (line: string) => void;
};

type Running = Contender & { readonly from: BenchProcess; readonly to: BenchProcess };

/** Measures every contender under every load of the plan. */
export async function runBench(plan: Plan, parts: BenchParts): Promise<readonly Series[]> {
  const processes = new Processes({ url: parts.broker.url, nodeArgs: parts.nodeArgs });
  try {
    const running: Running[] = [];
    for (const contender of parts.contenders)
      running.push({
        ...contender,
        to: await processes.shared(contender.server),
        from: await processes.start(contender.client),
      });
    const series: Series[] = [];
    const pids = [process.pid, parts.broker.pid, ...processes.pids];
    for (const cell of plan.cells) {
      parts.note(`${cell.payload}, ${cell.inFlight} in flight`);
      series.push(...(await runCell(cell, plan, { running: running.filter((one) => takesPart(one, cell)), pids })));
    }
    return series;
  } finally {
    await processes.end();
  }
}

type CellParts = { readonly running: readonly Running[]; readonly pids: readonly number[] };

async function runCell(cell: Cell, plan: Plan, { running, pids }: CellParts): Promise<readonly Series[]> {
  const slices = new Map<string, Slice[]>(running.map(({ name }) => [name, []]));
  for (let round = 0; round < plan.warmUp + plan.measured; round += 1)
    for (const one of turn(running, round)) {
      const measured = round >= plan.warmUp;
      const slice = await quietSlice(
        () => runSlice(one, { ...cell, ms: plan.sliceMs }, pids),
        measured ? plan.repeats : 0,
      );
      if (measured) slices.get(one.name)?.push(slice);
    }
  return running.map(({ name }) => ({ cell, contender: name, slices: slices.get(name) ?? [] }));
}

/** A slice that others disturbed is repeated; the last one counts, and says how disturbed it was. */
async function quietSlice(run: () => Promise<Slice>, repeats: number): Promise<Slice> {
  let slice = await run();
  for (let again = 0; again < repeats && (slice.foreign ?? 0) > MOST_FOREIGN; again += 1) slice = await run();
  return slice;
}

async function runSlice(
  { from, to }: Running,
  load: Cell & { readonly ms: number },
  pids: readonly number[],
): Promise<Slice> {
  const serverBefore = await to.cpuMs();
  const ticksBefore = readTicks(pids);
  const seen = await from.slice(load);
  const foreign = foreignShare(ticksBefore, readTicks(pids));
  const serverMs = (await to.cpuMs()) - serverBefore;
  return {
    rate: (seen.calls / seen.elapsedMs) * 1000,
    p50: seen.p50Ms,
    p99: seen.p99Ms,
    'client CPU': seen.cpuMs / seen.calls,
    'server CPU': serverMs / seen.calls,
    bytes: seen.allocatedBytes / seen.calls,
    foreign,
  };
}

/** True for a slice that stayed disturbed. */
export const disturbed = ({ foreign }: Slice): boolean => (foreign ?? 0) > MOST_FOREIGN;

/** Everything started for one run; equal servers are one. */
class Processes {
  readonly #surroundings: ProcessSurroundings;
  readonly #started: BenchProcess[] = [];
  readonly #servers = new Map<string, BenchProcess>();

  constructor(surroundings: ProcessSurroundings) {
    this.#surroundings = surroundings;
  }

  get pids(): readonly number[] {
    return this.#started.map(({ pid }) => pid);
  }

  async start(spec: ProcessSpec): Promise<BenchProcess> {
    const one = await BenchProcess.start(spec, this.#surroundings);
    this.#started.push(one);
    return one;
  }

  async shared(spec: ProcessSpec): Promise<BenchProcess> {
    const key = JSON.stringify(spec);
    const server = this.#servers.get(key) ?? (await this.start(spec));
    this.#servers.set(key, server);
    return server;
  }

  /** Clients first, so that no server waits for them. */
  async end(): Promise<void> {
    for (const one of this.#started.toReversed()) await one.end();
  }
}
