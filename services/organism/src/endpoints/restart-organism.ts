import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { stoppedEverywhere } from '../organs/stop-everywhere.ts';
import { type StopPorts, tellOrgans } from './shutdown-organism.ts';

/** Begins a new generation of one organ or all, and waits until every replica has made its agents anew. */
export function restartOrganism(ports: StopPorts): Handler<typeof organism.endpoints.restart_organism> {
  return async ({ confirm, organ_id, drain_ms }, call) => {
    if (confirm === undefined) return fail('confirmation_required', { confirm: 'restart' });
    const known = ports.roster.organs().map(({ record }) => record.organ_id);
    if (organ_id !== undefined && !known.includes(organ_id)) return fail('unknown_organ', { organ_id, known });
    const told = await tellOrgans(ports, organ_id, (now) => ({
      ...now,
      generation: (now.generation ?? 0) + 1,
      drain_ms,
    }));
    const { restarted, handed_back, missing } = await stoppedEverywhere(
      told.map(({ organ_id: id, rev }) => ({ organ_id: id, rev })),
      { work: ports.organWork, desk: ports.desk },
      call,
    );
    return ok({
      generation: Math.max(0, ...told.map(({ record }) => record.generation ?? 0)),
      ...{ restarted, handed_back, partial: missing.length > 0, missing_replicas: [...missing] },
    });
  };
}
