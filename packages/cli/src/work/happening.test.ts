import { expect, test } from 'vitest';
import { type Happening, happeningDetail } from './happening.ts';

const base: Happening = {
  ...{ at: '2026-11-22T10:00:00.000Z', event: 'claimed', gen: 1, state: 'running', queue: 'general' },
  ...{ attempt: 1, epoch: 7 },
};
const error = { code: 'skill_failed', message: 'no' };

test.each<[Partial<Happening>, string]>([
  [{ event: 'submitted', state: 'queued' }, 'queue general'],
  [{ owner: 'organism-1' }, 'by organism-1'],
  [{ event: 'step', step: 'look', rev: 9 }, 'step look'],
  [{ event: 'retrying', owner: 'o', error, delay_ms: 250 }, 'by o, skill_failed: no, again in 250 ms'],
  [{ event: 'cancelled', error: { code: 'cancelled', message: 'enough' }, reason: 'enough' }, 'cancelled: enough'],
  [
    { event: 'late_after_fence', owner: 'o', reason: 'fenced', outcome: 'ok' },
    'by o, fenced, its result came too late and changed nothing',
  ],
  [{ event: 'repaired', patch: { params: { n: 1 } }, from_step: 'b' }, 'from step b, patch {"params":{"n":1}}'],
  [{ event: 'woken' }, ''],
])('%j is told as %s', (more, text) => {
  expect(happeningDetail({ ...base, ...more })).toBe(text);
});
