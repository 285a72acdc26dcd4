import { Allocation } from '../rpc/allocation.ts';

/** What one call of something costs. */
export type Cost = { readonly cpuNs: number; readonly bytes: number };
/** Something that is called again and again. */
export type Subject = {
  readonly name: string;
  readonly call: () => unknown;
  /** What its cost is counted beyond; nothing is said about those that only others are compared with. */
  readonly beyond?: string;
};

/** How long it is measured. */
export type InProcessPlan = { readonly calls: number; readonly warmUp: number; readonly rounds: number };

export const fullInProcess: InProcessPlan = { calls: 200_000, warmUp: 3, rounds: 9 };
/** Shows that everything runs; its figures mean nothing. */
export const quickInProcess: InProcessPlan = { calls: 2_000, warmUp: 1, rounds: 2 };

/** Costs of every subject, round by round, in turns A B C C B A. */
export async function measureInProcess(
  subjects: readonly Subject[],
  plan: InProcessPlan,
): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const costs = new Map<string, Cost[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < plan.warmUp + plan.rounds; round += 1)
    for (const { name, call } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const cost = await measureCalls(call, plan.calls);
      if (round >= plan.warmUp) costs.get(name)?.push(cost);
    }
  return costs;
}

/** CPU time rather than time on the wall: it hardly cares what else the machine does. */
async function measureCalls(call: Subject['call'], calls: number): Promise<Cost> {
  const allocation = new Allocation();
  allocation.start();
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await call();
  const { user, system } = process.cpuUsage(before);
  const bytes = allocation.stop();
  return { cpuNs: ((user + system) * 1000) / calls, bytes: bytes / calls };
}
