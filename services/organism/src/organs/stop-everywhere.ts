import type { Call } from '@seedcore/protocol';
import { RESERVE_MS, type ReplicaDesk } from '../replicas/replica-desk.ts';
import type { Halted, OrganWork } from './organ-work.ts';

/** An organ whose record tells it to stop or to begin anew, from this revision on. */
export type Told = { readonly organ_id: string; readonly rev: number };

/** What became of the work of some organs, and who did not say. */
export type StoppedEverywhere = Halted & { readonly missing: readonly string[] };

const nothing: Halted = { finished: 0, handed_back: 0, killed: 0, restarted: 0 };
const sum = (a: Halted, b: Halted): Halted => ({
  finished: a.finished + b.finished,
  handed_back: a.handed_back + b.handed_back,
  killed: a.killed + b.killed,
  restarted: a.restarted + b.restarted,
});

/** Waits until organs have stopped here. */
export async function stoppedHere(organs: readonly Told[], work: OrganWork, withinMs: number): Promise<Halted> {
  const parts = await Promise.all(organs.map(({ organ_id, rev }) => work.settled(organ_id, rev, withinMs)));
  return parts.reduce(sum, nothing);
}

/** Waits until organs have stopped on every replica that answers. */
export async function stoppedEverywhere(
  organs: readonly Told[],
  { work, desk }: { readonly work: OrganWork; readonly desk: Pick<ReplicaDesk, 'ask'> },
  call: Call,
): Promise<StoppedEverywhere> {
  const leftMs = call.left() - RESERVE_MS;
  const [here, told] = await Promise.all([
    stoppedHere(organs, work, leftMs),
    desk.ask('stand_still', { organs: [...organs] }, leftMs),
  ]);
  return { ...told.answers.map(({ value }) => value).reduce(sum, here), missing: told.missing };
}
