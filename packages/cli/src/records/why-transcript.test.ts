import { ml } from '@seedcore/contracts';
import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { recordStory } from './record-story.ts';

const NOTHING_KNOWN = { points: [], ready: false, n: 0, model: { name: 'none', version: '0' } };

test('mesh.A25: why tells of a call that nobody answered what stood in for the answer', async () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(5), service: 'coordinator', instance: 'coordinator-k3j2' });
  const custom = () => NOTHING_KNOWN;
  const call = mesh
    .client(ml, { fallback: { detect_anomaly: { custom } } })
    .detect_anomaly({ data: [1, 1.1, 0.9, 1, 9, 1.1, 1] });
  await clock.advance(5_000);
  expect(await call).toMatchObject({ degraded: { reason: 'no_responder', source: 'custom' } });
  const [record] = mesh.records.recent();
  const [head, ids, ...steps] = record === undefined ? [] : recordStory(record);
  expect(head).toMatch(/^ml\.detect_anomaly, called by coordinator-k3j2, got a degraded answer after \d+ ms\.$/);
  expect(ids).toContain(`call ${record?.call}, trace ${record?.trace_id}`);
  expect(steps.map((line) => line.trim().replaceAll(/\d+ ms/g, 'n ms'))).toEqual([
    'n ms  attempt 1, to whoever takes it, failed after n ms: no_responder, nobody listens there',
    'n ms  waits n ms, then tries again',
    'n ms  attempt 2, to whoever takes it, failed after n ms: no_responder, nobody listens there',
    'n ms  waits n ms, then tries again',
    'n ms  attempt 3, to whoever takes it, failed after n ms: no_responder, nobody listens there',
    'n ms  does not try again: that was the last attempt there is',
    "n ms  a stand-in answers: one of the caller's own making",
  ]);
});
