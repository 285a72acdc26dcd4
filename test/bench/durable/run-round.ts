import { median } from '../rpc/ratio.ts';
import type { Cell, Plan } from './plan.ts';
import type { QueueProcess } from './queue-process.ts';
import type { Round } from './series.ts';

/** Slots of the worker while single tasks are waited for. */
const IDLE_SLOTS = 4;
/** Keys are measured where publishes are at their fastest. */
const KEYED_IN_FLIGHT = 256;

/** The two processes of a contender. */
export type Sides = { readonly client: QueueProcess; readonly worker: QueueProcess };

/** One round: tasks pile up, are worked off, then both at once; and, where only one is under way, are waited for. */
export async function runRound(sides: Sides, { inFlight }: Cell, plan: Plan): Promise<Round['figures']> {
  const { client, worker } = sides;
  const load = { ms: plan.submitMs, inFlight, keyed: false };
  const piled = await client.submit(load);
  await worker.open({ slots: inFlight, results: false });
  const workedMs = await worker.finished(piled.accepted);
  const beganAt = performance.now();
  const flowing = await client.submit(load);
  await worker.finished(piled.accepted + flowing.accepted);
  const flowMs = performance.now() - beganAt;
  await worker.close();
  return {
    submit: perSecond(piled.accepted, piled.elapsedMs),
    'submit p50': piled.p50Ms,
    'submit p99': piled.p99Ms,
    work: perSecond(piled.accepted, workedMs),
    flow: perSecond(flowing.accepted, flowMs),
    ...(inFlight === KEYED_IN_FLIGHT ? await keyed(sides, { ...load, keyed: true }) : {}),
    ...(inFlight === 1 ? await waited(sides, plan.waits) : {}),
  };
}

/** What piles up is worked off before the next round. */
async function keyed(
  { client, worker }: Sides,
  load: Parameters<QueueProcess['submit']>[0],
): Promise<Round['figures']> {
  const { accepted, elapsedMs } = await client.submit(load);
  await worker.open({ slots: load.inFlight, results: false });
  await worker.finished(accepted);
  await worker.close();
  return { 'keyed submit': perSecond(accepted, elapsedMs) };
}

async function waited({ client, worker }: Sides, count: number): Promise<Round['figures']> {
  await worker.open({ slots: IDLE_SLOTS, results: true });
  const { startMs, wakeMs, wholeMs } = await client.wait(count);
  await worker.finished(count); // who waits knows the result before the worker knows that it is done
  await worker.close();
  return { 'start p50': median(startMs), 'wake p50': median(wakeMs), 'whole p50': median(wholeMs) };
}

const perSecond = (count: number, ms: number): number => (count / Math.max(ms, 0.001)) * 1000;
