import { expect, test } from 'vitest';
import { z } from 'zod';
import { degradedSource } from './degraded.ts';
import {
  DEFAULT_CREDIT,
  endpoint,
  event,
  failure,
  isToken,
  MAX_BODY_BYTES,
  MAX_DEADLINE_MS,
  MAX_ERROR_MESSAGE,
  MAX_INLINE_BYTES,
  MAX_NESTING,
  MAX_REFUSAL_MESSAGE,
  MAX_SUBJECT_BYTES,
  MAX_VALUES,
} from './index.ts';

const plain = endpoint({ doc: '', input: z.strictObject({}), output: z.object({}) });

/** What the documents say, in this test's own words; times in ms, sizes in bytes. */
test.each<readonly [string, unknown, unknown]>([
  ['deadline of an endpoint', plain.deadlineMs, 5_000],
  ['idempotence of an endpoint', plain.idempotent, false],
  ['criticality of an endpoint', plain.criticality, 'important'],
  ['floor of an endpoint: its p50', plain.floorMs, undefined],
  ['largest body of an endpoint', plain.maxBytes, 8 * 1024 * 1024],
  ['failures of an endpoint', plain.failures, {}],
  ['stream of an endpoint', plain.stream, undefined],
  ['replays of an endpoint', plain.replays, false],
  ['degradability of an endpoint', plain.degradable, false],
  ['coalescing of an endpoint', plain.coalesce, false],
  ['affinity of an endpoint', plain.affinity, undefined],
  ['one way of an endpoint', plain.oneway, false],
  ['status of a declared failure', failure(z.object({})).status, 422],
  ['key of an event', event({ kind: 'lossy', doc: '', data: z.object({}) }).key, undefined],
  ['longest deadline', MAX_DEADLINE_MS, 600_000],
  ['largest body of all', MAX_BODY_BYTES, 64 * 1024 * 1024],
  ['largest body that is not a reference', MAX_INLINE_BYTES, 256 * 1024],
  ['source of what is not live', degradedSource.options, ['custom', 'cache', 'default']],
  ['deepest nesting', MAX_NESTING, 64],
  ['most values of a body', MAX_VALUES, 1_000_000],
  ['longest subject', MAX_SUBJECT_BYTES, 1_024],
  ['credit a reader asks for', DEFAULT_CREDIT, 32],
  ['longest message of an error', MAX_ERROR_MESSAGE, 400],
  ['longest message of a refusal', MAX_REFUSAL_MESSAGE, 200],
  ['longest token', [isToken('t'.repeat(64)), isToken('t'.repeat(65))], [true, false]],
])('mesh.A2: the %s is the documented one', (_what, actual, documented) => {
  expect(actual).toEqual(documented);
});
