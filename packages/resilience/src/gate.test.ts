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
    place: 0,
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

test('mesh.S2: a time before the last one seen starts nobody whose deadline has passed since', () => {
  const { gate, log, ask } = named({ limit: 1, queue: 6 }, 0);
  const [a] = ask('a', 'important');
  const [b] = ask('b', 'important', 50);
  const [c] = ask('c', 'important', 500);
  gate.leave(c, 60);
  gate.leave(a, 10);
  expect(log).toEqual(['late b 0']);
  gate.leave(b, 70);
  expect([gate.running, gate.queued]).toEqual([0, 0]);
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

test('while others wait, one caller holds at most half of the slots; alone it may have all', () => {
  const gate = new Gate({ limit: 4, queue: 30 });
  const started: string[] = [];
  const ask = (caller: string) => {
    const one: Entrant = {
      caller,
      criticality: 'critical',
      deadlineAt: 1_000,
      place: 0,
      start: () => started.push(caller),
      drop: () => {},
    };
    return { one, answer: gate.ask(one, 0, 0) };
  };
  const greedy = Array.from({ length: 9 }, () => ask('greedy'));
  expect(greedy.map(({ answer }) => answer).filter((answer) => answer === 'go')).toHaveLength(4);
  const modest = Array.from({ length: 3 }, () => ask('modest'));
  for (const { one } of greedy.slice(0, 4)) gate.leave(one, 1);
  expect(started).toEqual(['modest', 'modest', 'greedy', 'greedy']);
  gate.leave(modest[0]?.one ?? ask('nobody').one, 1);
  gate.leave(modest[1]?.one ?? ask('nobody').one, 1);
  expect(started.slice(4)).toEqual(['modest', 'greedy']);
});

test('a caller that fills the line cannot keep others out of it', () => {
  const gate = new Gate({ limit: 2, queue: 9 });
  const log: string[] = [];
  const ask = (caller: string | undefined, criticality: Criticality = 'important') => {
    const drop = (why: string) => log.push(`${why} ${caller}`);
    return gate.ask({ caller, criticality, deadlineAt: 1_000, place: 0, start: () => {}, drop }, 0, 0);
  };
  for (let i = 0; i < 2 + 6; i++) ask('greedy');
  expect([ask('greedy'), ask(undefined), log]).toEqual(['full', 'full', []]);
  expect(['a', 'b', 'c'].map((caller) => ask(caller))).toEqual(['wait', 'wait', 'wait']);
  expect(log).toEqual(['evicted greedy', 'evicted greedy', 'evicted greedy']);
  expect([ask('d'), gate.queued]).toEqual(['full', 6]);
  expect([ask('d', 'critical'), ask('e'), gate.queued]).toEqual(['wait', 'full', 7]);
});

test('room in a line is made only up to the cap of a class, and only by those not above it', () => {
  const gate = new Gate({ limit: 1, queue: 9 });
  const ask = (caller: string, criticality: Criticality) =>
    gate.ask({ caller, criticality, deadlineAt: 1_000, place: 0, start: () => {}, drop: () => {} }, 0, 0);
  ask('greedy', 'important');
  for (let i = 0; i < 3; i++) ask('greedy', 'important');
  expect([ask('a', 'optional'), gate.queued]).toEqual(['full', 3]);
  for (let i = 0; i < 4; i++) ask('greedy', 'critical');
  expect([ask('a', 'important'), gate.queued]).toEqual(['full', 7]);
});

test('a line of entrants that end as they start is served without going deeper for each', () => {
  const gate = new Gate({ limit: 1, queue: 5_000 });
  const first: Entrant = { criticality: 'critical', deadlineAt: 10, place: 0, start: () => {}, drop: () => {} };
  gate.ask(first, 0, 0);
  let served = 0;
  for (let i = 0; i < 5_000; i++) {
    const one: Entrant = {
      criticality: 'critical',
      deadlineAt: 10,
      place: 0,
      start: () => {
        served += 1;
        gate.leave(one, 1);
      },
      drop: () => {},
    };
    gate.ask(one, 0, 0);
  }
  gate.leave(first, 1);
  expect([served, gate.running, gate.queued]).toEqual([5_000, 0, 0]);
});

type Life = 'asked' | 'waiting' | 'running' | 'over';

/** An entrant that checks, when it is started, what must be true of the whole gate. */
class Watched implements Entrant {
  place = 0;
  readonly criticality: Criticality;
  readonly deadlineAt: number;
  readonly caller: string;
  life: Life = 'asked';
  readonly #onStart: (one: Watched) => void;

  constructor(asked: Pick<Watched, 'criticality' | 'deadlineAt' | 'caller'>, onStart: (one: Watched) => void) {
    this.criticality = asked.criticality;
    this.deadlineAt = asked.deadlineAt;
    this.caller = asked.caller;
    this.#onStart = onStart;
  }

  start(): void {
    this.#onStart(this);
    this.life = 'running';
  }

  drop(): void {
    expect(this.life).toBe('waiting');
    this.life = 'over';
  }
}

test('mesh.S17, mesh.S18, mesh.S19, mesh.S20: limit, caps, deadlines, leaving, order and fairness hold in every history', () => {
  const classes = ['critical', 'important', 'optional'] as const;
  const step = fc.record({
    kind: fc.constantFrom('ask', 'ask', 'leave', 'leave', 'limit'),
    wait: fc.nat(40),
    pick: fc.nat(30),
    criticality: fc.constantFrom(...classes),
    caller: fc.constantFrom('a', 'a', 'b', 'c'),
    leftMs: fc.nat(400),
    limit: fc.integer({ min: 1, max: 6 }),
  });
  const cap = { critical: 9, important: 6, optional: 3 };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (script) => {
      const gate = new Gate({ limit: 3, queue: 9 });
      const entrants: Watched[] = [];
      let now = 0;
      const those = (life: Life) => entrants.filter((one) => one.life === life);
      const mayHaveMore = ({ caller }: Watched) =>
        those('running').filter((one) => one.caller === caller).length < Math.max(1, Math.floor(gate.limit / 2));
      const onStart = (one: Watched) => {
        expect(one.life).toBe('waiting');
        expect(those('running').length).toBeLessThan(gate.limit);
        expect(one.deadlineAt).toBeGreaterThan(now);
        const fair = those('waiting').filter(mayHaveMore);
        const rivals = fair.length > 0 ? fair : those('waiting');
        const rank = (other: Watched) => classes.indexOf(other.criticality) * 1_000 + entrants.indexOf(other);
        expect(rank(one)).toBe(Math.min(...rivals.map(rank)));
      };
      for (const { kind, wait, pick, criticality, caller, leftMs, limit } of script) {
        now += wait;
        const chosen = entrants.at(-1 - pick);
        if (kind === 'limit') gate.setLimits({ limit, queue: 9 }, now);
        else if (kind === 'leave' && chosen) {
          if (chosen.life !== 'asked') chosen.life = 'over';
          gate.leave(chosen, now);
        } else {
          const one = new Watched({ criticality, deadlineAt: now + leftMs, caller }, onStart);
          entrants.push(one);
          const answer = gate.ask(one, now, 20);
          one.life = answer === 'go' ? 'running' : answer === 'wait' ? 'waiting' : 'over';
          if (answer === 'wait') expect(gate.queued).toBeLessThanOrEqual(cap[criticality]);
        }
        expect([gate.running, gate.queued]).toEqual([those('running').length, those('waiting').length]);
        if (gate.queued > 0) expect(gate.running).toBeGreaterThanOrEqual(gate.limit);
        expect(gate.queued).toBeLessThanOrEqual(9);
      }
    }),
  );
});
