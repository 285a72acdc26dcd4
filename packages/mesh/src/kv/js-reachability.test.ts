import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryMesh } from '../testing/memory-mesh.ts';
import type { JsOutcome } from './js-api.ts';
import { JsReachability } from './js-reachability.ts';

/** Which of the outcomes made it say: leave. */
function left(...outcomes: readonly (readonly [at: number, outcome: JsOutcome])[]) {
  const reachability = new JsReachability();
  reachability.heard('answer', 0);
  const times = outcomes.filter(([at, outcome]) => reachability.heard(outcome, at)).map(([at]) => at);
  return { times, reachability };
}

describe('a server is left', () => {
  test('after three questions without an answer within 5 s', () => {
    expect(left([2_000, 'timeout'], [4_500, 'timeout'], [7_000, 'timeout']).times).toEqual([7_000]);
    expect(left([2_000, 'timeout'], [4_500, 'timeout'], [7_001, 'timeout']).times).toEqual([]);
  });

  test('for want of a leader as well', () => {
    expect(left([1, 'no_leader'], [2, 'timeout'], [3, 'no_leader']).times).toEqual([3]);
  });

  test('not while it answers in between', () => {
    expect(left([1, 'timeout'], [2, 'timeout'], [3, 'answer'], [4, 'timeout'], [5, 'timeout']).times).toEqual([]);
  });

  test('although it still reads, which any copy can do', () => {
    expect(left([1, 'timeout'], [2, 'read'], [3, 'timeout'], [4, 'read'], [5, 'no_leader']).times).toEqual([5]);
  });

  test('not when it never answered at all: this user may not ask', () => {
    const reachability = new JsReachability();
    const said = Array.from({ length: 20 }, (_, i) => reachability.heard('timeout', i * 100));
    expect([said.includes(true), reachability.reachable]).toEqual([false, true]);
  });

  test('for another one, on which counting starts anew', () => {
    const { reachability } = left([1, 'timeout'], [2, 'timeout']);
    reachability.reconnected();
    expect(reachability.heard('timeout', 3)).toBe(false);
  });
});

test('JetStream is out of reach from then on, until any server answers', () => {
  const { reachability } = left([1, 'timeout'], [2, 'timeout'], [3, 'timeout']);
  reachability.reconnected();
  expect(reachability.reachable).toBe(false);
  reachability.heard('answer', 4);
  expect(reachability.reachable).toBe(true);
});

test('a read shows that it is back on another server, or 5 s after the last failure', () => {
  const failed = () => left([1, 'timeout'], [2, 'timeout'], [3, 'timeout'], [4, 'timeout']).reachability;
  const [moved, stayed] = [failed(), failed()];
  moved.reconnected();
  moved.heard('read', 5);
  stayed.heard('read', 5_004);
  expect([moved.reachable, stayed.reachable]).toEqual([true, false]);
  stayed.heard('read', 5_005);
  expect(stayed.reachable).toBe(true);
});

test('a mesh tells it to whoever observes, and among its troubles', () => {
  const mesh = memoryMesh({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const told: boolean[] = [];
  mesh.observe({ jsUnreachable: (_server, leaves) => told.push(leaves) });
  for (const outcome of ['answer', 'timeout', 'timeout', 'timeout'] as const) mesh.heardJetStream(outcome);
  // There is no other server to go to.
  expect([told, mesh.troubles()]).toEqual([[false], ['js_unreachable: JetStream does not answer']]);
  mesh.heardJetStream('answer');
  expect(mesh.troubles()).toEqual([]);
});

test('no two servers are left within 10 s, whatever happens', () => {
  const outcome = fc.constantFrom<JsOutcome>('timeout', 'no_leader', 'read', 'answer');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2_000), outcome), { maxLength: 200 }), (steps) => {
      let now = 0;
      const course = steps.map(([gap, what]) => {
        now += gap;
        return [now, what] as const;
      });
      const { times } = left(...course);
      for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
    }),
  );
});
