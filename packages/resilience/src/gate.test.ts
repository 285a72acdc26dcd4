import type { Criticality } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admission, type Entrant, Gate, type GateAnswer } from './gate.ts';

type Named = Entrant & { readonly name: string };

/** A gate whose entrants have names, with a log of who started and who was dropped. */
function named(limits: { limit: number; queue: number }, p50Ms = 100) {
  const gate = new Gate(limits);
  const log: string[] = [];
  const entrant = (name: string, criticality: Criticality, deadlineAt: number): Named => ({
    name,
    criticality,
    deadlineAt,
    start: () => log.push(`start ${name}`),
    drop: (why, retryAfterMs) => log.push(`${why} ${name} ${retryAfterMs}`),
  });
  const ask = (name: string, criticality: Criticality, leftMs = 1_000): [Named, GateAnswer] => {
    const one = entrant(name, criticality, leftMs);
    return [one, gate.ask(one, 0, p50Ms)];
  };
  return { gate, log, ask };
}

test('mesh.G12: classes, caps, eviction and deadline, as written', () => {
  const { gate, log, ask } = named({ limit: 2, queue: 6 });
  const seen: string[] = [];
  const step = (name: string, criticality: Criticality, leftMs = 1_000) => {
    const [one, answer] = ask(name, criticality, leftMs);
    seen.push(answer === 'full' ? `${name} full ${gate.retryAfterMs(100)}` : `${name} ${answer}`);
    return one;
  };
  const a = step('a', 'important');
  const b = step('b', 'important');
  for (const name of ['c', 'd', 'e']) step(name, 'optional');
  const [f] = ['f', 'g', 'h'].map((name) => step(name, 'important'));
  const [j, k, l] = ['j', 'k', 'l'].map((name) => step(name, 'critical'));
  step('m', 'critical', 250);
  expect(seen).toEqual(
    'a go|b go|c wait|d wait|e full 100|f wait|g wait|h full 200|j wait|k wait|l wait|m late'.split('|'),
  );
  expect(log.splice(0)).toEqual(['evicted d 250']);

  for (const done of [a, b, j, k, l, f]) if (done) gate.leave(done, 1);
  expect(log).toEqual(['j', 'k', 'l', 'f', 'g', 'c'].map((name) => `start ${name}`));
});

test('mesh.S3: only who runs or waits can leave, and only once', () => {
  const { gate, log, ask } = named({ limit: 1, queue: 3 });
  const [a] = ask('a', 'critical');
  ask('b', 'critical');
  ask('c', 'critical');
  for (let i = 0; i < 3; i++) gate.leave(a, 1);
  expect(log).toEqual(['start b']);
  expect([gate.running, gate.queued]).toEqual([1, 1]);
});

test('mesh.S17: a limit that shrank starts nobody until enough have left', () => {
  const { gate, log, ask } = named({ limit: 2, queue: 6 });
  const [a] = ask('a', 'important');
  const [b] = ask('b', 'important');
  ask('c', 'important');
  gate.setLimits({ limit: 1, queue: 6 }, 1);
  gate.leave(a, 1);
  expect(log).toEqual([]);
  gate.leave(b, 1);
  expect(log).toEqual(['start c']);
});

test('a limit that grew starts who waits', () => {
  const { gate, log, ask } = named({ limit: 1, queue: 6 });
  ask('a', 'important');
  ask('b', 'important');
  gate.setLimits({ limit: 2, queue: 6 }, 1);
  expect(log).toEqual(['start b']);
});

test('mesh.S19: a waiter whose deadline has passed is dropped, not started', () => {
  const { gate, log, ask } = named({ limit: 1, queue: 6 }, 0);
  const [a] = ask('a', 'important');
  ask('b', 'important', 50);
  ask('c', 'important', 500);
  gate.leave(a, 60);
  expect(log).toEqual(['late b 0', 'start c']);
});

test('mesh.S20: an abort leaves line or slot at once', () => {
  const { gate, log, ask } = named({ limit: 1, queue: 6 });
  const [a] = ask('a', 'important');
  const [b] = ask('b', 'important');
  ask('c', 'important');
  gate.leave(b, 1);
  expect(gate.queued).toBe(1);
  gate.leave(a, 2);
  expect(log).toEqual(['start c']);
});

test('while the time of a run is unknown a refused entrant is told 250 ms, later at least 50 and at most 5 s', () => {
  const { gate } = named({ limit: 1, queue: 0 });
  expect([0, 1, 1e9].map((p50) => gate.retryAfterMs(p50))).toEqual([250, 50, 50]);
  const full = named({ limit: 1, queue: 3 }, 0);
  for (const name of ['a', 'b', 'c']) full.ask(name, 'critical');
  expect(full.gate.retryAfterMs(1e9)).toBe(5_000);
});

test('server admission lets important work wait up to twice and critical up to three times the limit', () => {
  const { gate, ask } = named(admission(4), 0);
  const answers = (criticality: Criticality, n: number) =>
    Array.from({ length: n }, (_, i) => ask(`${i}`, criticality)[1]);
  expect(answers('important', 4 + 9).filter((one) => one === 'full')).toHaveLength(1);
  expect(answers('critical', 4)).toEqual(['wait', 'wait', 'wait', 'wait']);
  expect(gate.queued).toBe(12);
});

test('mesh.S17, mesh.S18: running ≤ limit at every start, queued ≤ queue, and a class keeps to its cap', () => {
  const classes = ['critical', 'important', 'optional'] as const;
  const step = fc.record({
    wait: fc.nat(40),
    pick: fc.nat(30),
    criticality: fc.constantFrom(...classes),
    leftMs: fc.nat(400),
    leave: fc.boolean(),
  });
  const cap = { critical: 9, important: 6, optional: 3 };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (script) => {
      const gate = new Gate({ limit: 3, queue: 9 });
      const entrants: Entrant[] = [];
      let now = 0;
      for (const { wait, pick, criticality, leftMs, leave } of script) {
        now += wait;
        const chosen = entrants[pick];
        if (leave && chosen) gate.leave(chosen, now);
        else {
          const start = () => expect(gate.running).toBeLessThanOrEqual(3);
          const entrant = { criticality, deadlineAt: now + leftMs, start, drop: () => {} };
          const answer = gate.ask(entrant, now, 20);
          if (answer === 'wait') expect(gate.queued).toBeLessThanOrEqual(cap[criticality]);
          entrants.push(entrant);
        }
        expect(gate.queued).toBeLessThanOrEqual(9);
        expect(gate.running).toBeLessThanOrEqual(3);
      }
    }),
  );
});
