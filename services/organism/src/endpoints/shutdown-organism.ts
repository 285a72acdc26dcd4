import type { OrganRecord, organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import type { OrganRecords } from '../organs/organ-records.ts';
import type { OrganWork } from '../organs/organ-work.ts';
import { stoppedEverywhere, type Told } from '../organs/stop-everywhere.ts';
import type { ReplicaDesk } from '../replicas/replica-desk.ts';

/** What stopping organs stands on. */
export type StopPorts = {
  readonly roster: Roster;
  readonly organs: OrganRecords;
  readonly organWork: OrganWork;
  readonly desk: Pick<ReplicaDesk, 'ask'>;
};

/** Writes the wish into the record of every organ, and waits for what becomes of their work. */
export function shutdownOrganism(ports: StopPorts): Handler<typeof organism.endpoints.shutdown_organism> {
  return async ({ confirm, drain_ms }, call) => {
    if (confirm === undefined) return fail('confirmation_required', { confirm: 'shutdown' });
    const told = await tellOrgans(ports, undefined, (now) =>
      now.state === 'stopped' ? 'skip' : { ...now, state: 'stopped', drain_ms },
    );
    const { finished, handed_back, killed, missing } = await stoppedEverywhere(
      told.map(({ organ_id, rev }) => ({ organ_id, rev })),
      { work: ports.organWork, desk: ports.desk },
      call,
    );
    const partial = missing.length > 0;
    return ok({
      state: partial ? 'draining' : 'stopped',
      ...{ finished, handed_back, killed, partial, missing_replicas: [...missing] },
    });
  };
}

/** Changes the records of all organs, or of one; says at which revision each of them is then. */
export async function tellOrgans(
  { roster, organs }: Pick<StopPorts, 'roster' | 'organs'>,
  only: string | undefined,
  change: (now: OrganRecord) => OrganRecord | 'skip',
): Promise<(Told & { readonly record: OrganRecord })[]> {
  const ids = roster.organs().map(({ record }) => record.organ_id);
  const wanted = only === undefined ? ids : ids.filter((id) => id === only);
  const written = await Promise.all(
    wanted.map((id) => organs.change(id, (now) => (now === undefined ? 'skip' : change(now)))),
  );
  return written.flatMap((one) => (one === undefined ? [] : [{ organ_id: one.record.organ_id, ...one }]));
}
