import type { AgentPatch, AgentRecord } from '@seedcore/contracts';
import { agentRecord } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeVector } from './agent-vector.ts';
import { type Revision, reviseAgent } from './revise-agent.ts';

const AT = '2026-11-22T10:00:00.000Z';
const revision = (patch: AgentPatch, more: Partial<Revision> = {}): Revision => ({
  agentId: 'a1',
  patch,
  normalise: false,
  create: false,
  who: 'organism',
  at: AT,
  dim: 2,
  ...more,
});

function made(patch: AgentPatch, more: Partial<Revision> = {}, now?: AgentRecord): AgentRecord {
  const revised = reviseAgent(now, now === undefined ? 0 : 7, revision(patch, { create: now === undefined, ...more }));
  if (!revised.ok) throw new Error(revised.refusal.code);
  return revised.record;
}
const refusal = (patch: AgentPatch, more: Partial<Revision> = {}, now?: AgentRecord) => {
  const revised = reviseAgent(now, now === undefined ? 0 : 7, revision(patch, more));
  return revised.ok ? undefined : revised.refusal;
};

test('a new agent has a prior capability, and nothing else that nobody reported', () => {
  const record = made({ organ_id: 'utility' });
  expect(record).toMatchObject({
    c: { value: 0.5, n: 0 },
    h: null,
    p: null,
    mem_util: null,
    lifecycle: null,
    quality: [],
  });
  expect(record.provenance).toEqual({ organ_id: { who: 'organism', when: AT } });
  expect(agentRecord.safeParse(record).success).toBe(true);
});

test('only what differs is changed, and says who changed it', () => {
  const now = made({ organ_id: 'utility', mem_util: 0.1 });
  const revised = reviseAgent(
    now,
    7,
    revision({ organ_id: 'utility', mem_util: 0.2 }, { who: 'ml', at: '2026-11-22T11:00:00.000Z' }),
  );
  expect(revised).toMatchObject({ ok: true, changed: ['mem_util'], record: { mem_util: 0.2 } });
  if (revised.ok)
    expect(revised.record.provenance).toMatchObject({ organ_id: { who: 'organism' }, mem_util: { who: 'ml' } });
});

test('a repeat changes nothing, not even the time of the record', () => {
  const now = made({ organ_id: 'utility' });
  expect(reviseAgent(now, 7, revision({ organ_id: 'utility' }, { at: '2027-01-01T00:00:00.000Z' }))).toEqual({
    ok: true,
    record: now,
    changed: [],
    normalised: false,
  });
});

test('an unknown agent is created only on request', () => {
  expect(refusal({})).toEqual({ code: 'unknown_agent', details: { agent_id: 'a1' } });
  expect(refusal({}, { create: true })).toBeUndefined();
  expect(refusal({}, { expectedRevision: 0 })).toBeUndefined();
});

test('an expected revision that is not the current one is a conflict', () => {
  const now = made({});
  expect(refusal({}, { expectedRevision: 6 }, now)).toEqual({ code: 'conflict', details: { current_revision: 7 } });
  expect(refusal({}, { expectedRevision: 0 }, now)).toMatchObject({ code: 'conflict' });
  expect(refusal({}, { expectedRevision: 7 })).toEqual({ code: 'conflict', details: { current_revision: 0 } });
  expect(refusal({}, { expectedRevision: 7 }, now)).toBeUndefined();
});

test('the epoch fences: smaller is refused, larger is stamped', () => {
  const now = made({}, { epoch: 5 });
  expect(now.epoch).toBe(5);
  expect(refusal({ mem_util: 1 }, { epoch: 4 }, now)).toEqual({ code: 'stale_epoch', details: { current_epoch: 5 } });
  expect(reviseAgent(now, 7, revision({}, { epoch: 6 }))).toMatchObject({
    ok: true,
    changed: ['epoch'],
    record: { epoch: 6 },
  });
  expect(made({ mem_util: 1 }, {}, now).epoch).toBe(5);
});

test('an archived agent takes only its return', () => {
  const now = made({ archived: true });
  expect(refusal({ mem_util: 1 }, {}, now)).toEqual({ code: 'archived', details: { agent_id: 'a1' } });
  expect(made({ archived: false }, {}, now).archived).toBe(false);
});

test('invalid roles are refused, or repaired on request', () => {
  expect(refusal({ p: { e: 2, s: 1, o: 1 } }, { create: true })).toMatchObject({ code: 'invalid_roles' });
  const repaired = reviseAgent(undefined, 0, revision({ p: { e: 2, s: 1, o: 1 } }, { create: true, normalise: true }));
  expect(repaired).toMatchObject({ ok: true, normalised: true, record: { p: { e: 0.5, s: 0.25, o: 0.25 } } });
});

test('a vector of the wrong length is refused with both lengths', () => {
  expect(refusal({ h: encodeVector([1, 0, 0]) }, { create: true })).toMatchObject({
    code: 'bad_vector',
    details: { dim: 3, want: 2 },
  });
});

test('a record above 16 KiB is refused with its size', () => {
  const skills = Object.fromEntries([...Array(64).keys()].map((i) => [`${'s'.repeat(60)}${i}`, 0.123456789012345]));
  const peers = Object.fromEntries(
    [...Array(64).keys()].map((i) => [`${'p'.repeat(60)}${i}`, Number.MAX_SAFE_INTEGER]),
  );
  const h = encodeVector(Array(2000).fill(0.1));
  expect(refusal({ skills, peers, h }, { create: true, dim: 2000 })).toMatchObject({
    code: 'too_large',
    details: { limit: 16_384 },
  });
});

const patches = fc.record(
  { mem_util: fc.constantFrom(0, 0.5, 1), organ_id: fc.constantFrom('x', 'y', null), archived: fc.constant(false) },
  { requiredKeys: [] },
);

test('disjoint patches both land, in either order', () => {
  fc.assert(
    fc.property(fc.constantFrom(0.25, 0.75), fc.constantFrom('x', 'y'), (mem_util, organ_id) => {
      const start = made({});
      const one = made({ organ_id }, {}, made({ mem_util }, {}, start));
      const other = made({ mem_util }, {}, made({ organ_id }, {}, start));
      expect(one).toEqual(other);
      expect(one).toMatchObject({ mem_util, organ_id });
    }),
  );
});

test('whatever is patched, the record stays valid and a repeat changes nothing', () => {
  fc.assert(
    fc.property(patches, patches, (first, second) => {
      const record = made(second, {}, made(first));
      expect(agentRecord.safeParse(record).success).toBe(true);
      expect(reviseAgent(record, 8, revision(second))).toMatchObject({ changed: [] });
    }),
  );
});
