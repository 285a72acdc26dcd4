import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Breaker } from './breaker.ts';
import { Ejection } from './ejection.ts';

const withMembers = (...ids: string[]) => {
  const ejection = new Ejection();
  for (const id of ids) ejection.joined(id);
  return ejection;
};

test('mesh.G11: of three open among four the two worst are out, the third stays in, and that is a panic', () => {
  const ejection = withMembers('a', 'b', 'c', 'd');
  ejection.opened('b', 1, 9);
  ejection.opened('c', 0, 5);
  expect(ejection.panic).toBe(false);
  ejection.opened('d', 0, 3);
  expect([...ejection.ejected]).toEqual(['b', 'd']);
  expect(ejection.panic).toBe(true);
});

test('the only instance is never ejected', () => {
  const ejection = withMembers('a');
  ejection.opened('a', 3, 0);
  expect([ejection.ejected.size, ejection.panic]).toEqual([0, true]);
  ejection.closed('a');
  expect(ejection.panic).toBe(false);
});

test('an ejected instance is a candidate again while its breaker has a probe to give', () => {
  const ejection = withMembers('a', 'b');
  const breaker = new Breaker({ next: () => 0.5 }, undefined, (to) => {
    if (to === 'open') ejection.opened('b', breaker.k, breaker.openedAt);
    if (to === 'closed') ejection.closed('b');
  });
  for (let i = 0; i < 5; i++) breaker.settle(breaker.ask(0, 100), 'hard', 0);
  const admitted = (now: number) => ejection.admits('b', breaker, now);
  expect([admitted(4_999), admitted(5_000)]).toEqual([false, true]);
  const leases = [1, 2, 3].map(() => breaker.ask(5_000, 100));
  expect([admitted(5_000), admitted(5_100)]).toEqual([false, true]);
  expect(ejection.admits('a', new Breaker({ next: () => 0.5 }), 0)).toBe(true);
  const again = leases.map(() => breaker.ask(5_100, 100));
  for (const lease of again) breaker.settle(lease, 'answer', 5_150);
  expect([admitted(5_150), ejection.ejected.size]).toEqual([true, 0]);
});

test('mesh.S16: never more than half are out, those are the worst, and a panic is all other open ones', () => {
  const event = fc.record({
    kind: fc.constantFrom('joined', 'joined', 'left', 'opened', 'opened', 'closed'),
    id: fc.constantFrom(...'abcdefg'),
    k: fc.nat(3),
    at: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const ejection = new Ejection();
      const members = new Set<string>();
      const open = new Map<string, number>();
      for (const { kind, id, k, at } of events) {
        if (kind === 'opened') {
          ejection.opened(id, k, at);
          if (members.has(id)) open.set(id, k * 100 - at);
        } else ejection[kind](id);
        if (kind === 'joined') members.add(id);
        if (kind === 'left') members.delete(id);
        if (kind === 'left' || kind === 'closed') open.delete(id);

        const out = ejection.ejected;
        expect(out.size).toBe(Math.min(open.size, Math.floor(members.size / 2)));
        expect(ejection.panic).toBe(open.size > out.size);
        const [inside, outside] = [true, false].map((is) => [...open].filter(([one]) => out.has(one) === is));
        for (const [, bad] of inside ?? [])
          for (const [, better] of outside ?? []) expect(bad).toBeGreaterThanOrEqual(better);
      }
    }),
  );
});
