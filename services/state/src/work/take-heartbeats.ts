import type { Beat } from '@seedcore/contracts';
import type { Ports } from '../ports.ts';
import type { ChangedFields } from './changed-fields.ts';

/** The beats of one organism instance. */
export type Heartbeats = { readonly instance: string; readonly agents: readonly Beat[] };

/** Remembers each beat that is news, and hands its changed fields on to be written. */
export function takeHeartbeats({ beats, clock }: Ports, changed: ChangedFields, heard: Heartbeats): void {
  const moment = { nowMs: clock.now(), wallMs: clock.wallMs() };
  for (const beat of heard.agents) if (beats.take(beat, heard.instance, moment)) changed.add(beat, heard.instance);
}
