import { endpoint, event, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { serviceView } from '../aggregated-state.ts';
import { mode } from '../mode.ts';
import { revision } from './refusals.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const age = z.number().nonnegative().nullable();

const flaw = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  revision,
  kind: z.enum(['corrupt_record', 'newer_schema']),
});
const lag = z
  .record(z.string(), age)
  .describe('ms since the broker was last heard of what is followed; null before its first full set');
const holding = z.strictObject({ name: z.string(), messages: count, bytes: count });

/** What a replica, and the mesh around it, have to say of themselves. */
export const figureEndpoints = {
  get_system_state: endpoint({
    doc: 'Who is there, in which mode, who holds which lease, what is stored, and how far this replica is behind.',
    input: z.strictObject({}),
    output: z.strictObject({
      at: time,
      services: z.array(serviceView),
      services_age_ms: age.describe('since they were asked; null before the first answers'),
      mode: mode.nullable().describe('null: nobody has checked for 30 s'),
      mode_age_ms: age,
      leases: z
        .array(
          z.strictObject({
            name: z.string(),
            holder: z.string().nullable().describe('null: written by another program'),
            ttl_ms: count.nullable(),
            renewed_ms: age.describe('since it was taken or renewed'),
          }),
        )
        .max(200),
      leases_more: count,
      buckets: z.array(holding).describe('those state writes or reads, as far as they are there'),
      streams: z.array(holding),
      watch_lag_ms: lag,
    }),
    idempotent: true,
    coalesce: true,
    deadlineMs: 5000,
  }),
  get_state_stats: endpoint({
    doc: 'Figures of the replica that answers: what it holds, remembers and can search, and which records are flawed.',
    input: z.strictObject({}),
    output: z.strictObject({
      at: time,
      instance: z.string(),
      since: time.describe('when this replica began to count'),
      records: z
        .strictObject({
          agents: count,
          facts: count,
          long_term: count,
          flashbulb: count,
          episode: count,
          mw: count.describe('keys'),
          shared_cache: count.describe('keys'),
        })
        .describe('as far as this replica knows'),
      buckets: z.array(holding),
      streams: z.array(holding),
      corrupt: count.describe('records this replica met and cannot read'),
      newer: count.describe('records of a newer program that it met: read where today’s schema accepts them'),
      flawed: z.array(flaw).max(50).describe('the first of both, by bucket and key'),
      quarantined: count.describe('copies of corrupt records of the last 30 days, by whichever replica'),
      cache: z.strictObject({
        entries: count,
        bytes: count,
        l1: count,
        l2: count,
        negative: count,
        missed: count,
        dropped: count.describe('of the full shared cache, before their time'),
        hit_ratio: share.nullable().describe('reads answered from memory, of all; null before the first'),
      }),
      index: z.strictObject({
        facts: z.strictObject({ documents: count, coverage: share }),
        memory: z.strictObject({ documents: count, coverage: share }),
      }),
      watch_lag_ms: lag,
      rejected_beats: count,
      singletons: z.array(
        z.strictObject({
          name: z.string(),
          singleton_id: id,
          created_at: time,
          created_by: z.string(),
          epoch: revision,
        }),
      ),
    }),
    idempotent: true,
    coalesce: true,
    deadlineMs: 5000,
    criticality: 'optional',
  }),
};

/** What is told of records. */
export const figureEvents = {
  record_corrupt: event({
    doc: 'A record that nobody can read was found; its bytes are in quarantine, and it was left as it is.',
    kind: 'lossy',
    data: z.strictObject({ bucket: z.string(), key: z.string(), revision }),
    key: 'bucket',
  }),
};
