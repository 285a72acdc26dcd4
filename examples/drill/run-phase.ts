import { connect, type Mesh, type MeshObserver } from '@seedcore/mesh';
import { delay } from '@seedcore/protocol';
import { downstream } from './contract.ts';
import type { Instances } from './instances.ts';
import type { Phase } from './phases.ts';
import { type PhaseRow, Tally } from './tally.ts';

/** The same for every phase. */
export type Load = { readonly phaseMs: number; readonly perSecond: number };
/** Where a phase runs. */
export type PhaseParts = { readonly url: string; readonly instances: Instances; readonly load: Load };

/** The restart happens after this share of the phase. */
const RESTART_AT = 0.4;
/** How often breakers are looked at, in ms. */
const LOOK_MS = 25;
const MEET_MS = 30_000;
const NS = 'drill';

/** One phase: a new connection that knows nothing yet, the load, a crash and a restart in the middle, and the row. */
export async function runPhase(phase: Phase, { url, instances, load }: PhaseParts): Promise<PhaseRow> {
  const mesh = await connect({ servers: url, ns: NS });
  const tally = new Tally(phase.name);
  try {
    await everybodyMet(mesh, instances);
    const stop = mesh.observe(listening(tally));
    const restarted = delay(mesh.clock, RESTART_AT * load.phaseMs).then(() => instances.restart('restarted'));
    await drive(mesh, phase, { load, tally });
    stop();
    await restarted;
    return tally.row();
  } finally {
    await mesh.close();
  }
}

type Driven = { readonly load: Load; readonly tally: Tally };

/** Starts calls at an even rate whatever becomes of those before, and waits for all. */
async function drive(mesh: Mesh, { options }: Phase, { load, tally }: Driven): Promise<void> {
  const client = mesh.client(downstream, options);
  const { clock } = mesh;
  const beganAt = clock.now();
  const count = Math.round((load.phaseMs / 1_000) * load.perSecond);
  const calls: Promise<unknown>[] = [];
  let lookedAt = beganAt;
  for (let n = 0; n < count; n += 1) {
    const dueInMs = beganAt + (n * 1_000) / load.perSecond - clock.now();
    if (dueInMs > 0) await delay(clock, dueInMs);
    // How a call ended is counted by the observer.
    calls.push(client.work({ n }).catch(() => undefined));
    if (clock.now() - lookedAt >= LOOK_MS) {
      lookAt(mesh, tally);
      lookedAt = clock.now();
    }
  }
  await Promise.all(calls);
  lookAt(mesh, tally);
}

function lookAt(mesh: Mesh, tally: Tally): void {
  for (const report of mesh.resources()) tally.look(report);
}

const listening = (tally: Tally): MeshObserver => ({
  call: ({ outcome, ms }) => tally.call(outcome, ms),
  attempt: () => tally.exchange(),
  decision: (_target, { layer, decision }) => tally.decision(layer, decision),
});

/** Every phase begins with four instances that are known. */
async function everybodyMet(mesh: Mesh, instances: Instances): Promise<void> {
  const met = () => {
    const alive = mesh.instances(downstream.name).filter(({ state }) => state === 'alive');
    return instances.ids.every((id) => alive.some((one) => one.id === id));
  };
  const endAt = mesh.clock.now() + MEET_MS;
  while (!met()) {
    if (mesh.clock.now() > endAt)
      throw new Error(`after ${MEET_MS} ms not all of ${instances.ids.join(', ')} were met`);
    await delay(mesh.clock, LOOK_MS);
  }
}
