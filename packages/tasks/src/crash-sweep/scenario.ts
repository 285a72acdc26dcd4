import type { Deliver, Handler } from '../handler.ts';
import type { FinalState, TaskResult } from '../task-spec.ts';
import type { Tasks } from '../tasks.ts';
import { type Deaths, MortalBench } from '../testing/index.ts';
import { OutsideWorld } from './outside-world.ts';

/** A call that a client repeats until it has returned. */
export type Call = (tasks: Tasks, world: OutsideWorld) => Promise<unknown>;

/** Work as a client sees it, and what has to come of it whoever dies. */
export type Scenario = {
  readonly name: string;
  readonly handlers: (world: OutsideWorld) => Readonly<Record<string, Handler>>;
  /** What is done with that which successful attempts leave behind. */
  readonly deliver?: (world: OutsideWorld) => Deliver;
  readonly calls: readonly Call[];
  /** Every task there is at the end. */
  readonly tasks: readonly string[];
};

/** How a scenario came out; no times, no attempts, nothing else in which two runs may differ. */
export type Outcome = {
  readonly results: readonly Ending[];
  readonly records: readonly Ending[];
  readonly letters: readonly string[];
  readonly done: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
  /** Subjects of messages that nobody has acknowledged. */
  readonly left: readonly string[];
  readonly reported: readonly string[];
};
type Ending = { readonly id: string; readonly gen?: number; readonly state?: FinalState; readonly value?: unknown };

const TIMES = { ackWaitMs: 6_000, beatMs: 2_000 };
/** After the last call: time for leases to lapse, for messages to come again and to be trimmed; in ms. */
const SETTLE_MS = 90_000;

/** Runs it with the given deaths; every process that dies is begun again. */
export async function play(
  scenario: Scenario,
  deaths: Deaths = new Map(),
): Promise<{ readonly outcome: Outcome; readonly bench: MortalBench }> {
  const bench = new MortalBench(deaths);
  const world = new OutsideWorld();
  const watcher = bench.process('watcher');
  const edges = await bench.edges();
  const reported: string[] = [];
  const handlers = scenario.handlers(world);
  const deliver = scenario.deliver?.(world);
  bench.keep('host', async ({ tasks }) => {
    tasks.router('front', { decide: async () => ({ to: 'general', route: 'known' }), times: TIMES });
    const how = { handlers, times: TIMES, retry: { windowsMs: [1_000] } };
    await tasks.worker('general', deliver === undefined ? how : { ...how, deliver }).ready;
  });
  bench.keep('coordinator', ({ tasks }) => tasks.system().ready);
  await bench.passing(client(bench, scenario.calls, world));
  await bench.clock.advance(SETTLE_MS);
  const views = await Promise.all(scenario.tasks.map((id) => watcher.tasks.get(id)));
  const results = scenario.tasks.map((id) => bench.passing(watcher.tasks.wait(id, { timeoutMs: 1 })));
  const { items } = await watcher.tasks.deadLetters({ limit: 100 });
  const messages = bench.server.stream('SC_test_TASKS');
  const outcome = {
    results: (await Promise.all(results)).map((result, i) => endingOf(scenario.tasks[i] ?? '', result)),
    records: views.map((view, i) => endingOf(scenario.tasks[i] ?? '', view?.result)),
    letters: items
      .map(({ id, gen, reason, steps }) => `${id} ${gen} ${reason} after ${steps.toSorted().join(' ')}`)
      .sort(),
    done: world.all(),
    broken: edges.illegal.map((step) => JSON.stringify(step)),
    left: ['general', 'front', 'sys'].flatMap((queue) => messages?.subjects(`test.task.${queue}.>`) ?? []),
    reported,
  };
  return { outcome, bench };
}

/** Resolves when every call has returned to a process that lived to see it. */
async function client(bench: MortalBench, calls: readonly Call[], world: OutsideWorld): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let at = 0;
  const begin = async ({ tasks }: { readonly tasks: Tasks }) => {
    for (let call = calls[at]; call !== undefined; call = calls[at]) {
      await call(tasks, world);
      at += 1;
    }
    resolve();
  };
  bench.keep('client', (process) => begin(process).catch(reject));
  return promise;
}

function endingOf(id: string, result: TaskResult | undefined): Ending {
  if (result === undefined) return { id };
  const { gen, state, value, error } = result;
  return { id, gen, state, value: value ?? error?.code };
}
