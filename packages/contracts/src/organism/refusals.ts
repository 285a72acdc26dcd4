import { failure, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { pastRun, runError } from '../run.ts';

/** No organ of that name. */
export const unknownOrgan = failure(z.strictObject({ organ_id: organName, known: z.array(organName) }), {
  status: 404,
});

/** No agent of that name, or one that was archived. */
export const unknownAgent = failure(z.strictObject({ agent_id: id, archived_at: time.optional() }), { status: 404 });

/** The handle is from before the agent changed its host or organ. */
export const staleHandle = failure(
  z.strictObject({ agent_id: id, current_epoch: z.int().nonnegative(), host: id.nullable() }),
  { status: 409 },
);

/** Nothing leads anywhere from a task of this type. */
export const noRoute = z.strictObject({ type: name, domain: name, known_types: z.array(name) });

/** What can come of a run beside an outcome. */
export const runFailures = {
  no_route: noRoute,
  no_capable_agent: z.strictObject({
    requires: z.array(name),
    nearest: z.array(z.strictObject({ agent_id: id, lacks: z.array(z.string()) })).max(3),
  }),
  organ_not_ready: z.strictObject({ organ_id: organName, state: z.string(), retry_after_ms: z.number().nonnegative() }),
  specialty_open: z.strictObject({ organ_id: organName, specialty: name, retry_after_ms: z.number().nonnegative() }),
  skill_failed: z.strictObject({ skill: name, code: z.string(), message: z.string(), data: z.unknown().optional() }),
  attempts_exhausted: z.strictObject({ task_id: id, history: z.array(pastRun), last: runError }),
  conflict: failure(z.strictObject({ id }), { status: 409 }),
};
