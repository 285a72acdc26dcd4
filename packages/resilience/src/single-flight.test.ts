import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Flight, type Member, SingleFlight } from './single-flight.ts';

/** A member that writes down what happens to it. */
class Asker implements Member<string> {
  readonly name: string;
  readonly deadlineAt: number;
  readonly log: string[];
  flight: Flight<string> | undefined;

  constructor(name: string, deadlineAt: number, log: string[]) {
    this.name = name;
    this.deadlineAt = deadlineAt;
    this.log = log;
  }

  lead(): void {
    this.log.push(`${this.name} leads`);
  }

  answer(value: string): void {
    this.log.push(`${this.name} ${value}`);
  }

  fail(error: unknown): void {
    this.log.push(`${this.name} ${error}`);
  }
}

/** Askers with their deadlines, all joined to one key. */
function joined(...deadlines: number[]) {
  const flights = new SingleFlight<string>();
  const log: string[] = [];
  const askers = deadlines.map((deadlineAt, i) => new Asker('ABCDEF'[i] ?? '?', deadlineAt, log));
  const flown = askers.map((one) => flights.join('key', one));
  const [flight] = flown;
  if (!flight) throw new Error('the first one leads');
  return { flights, log, askers, flight, flown };
}
const ofDeadline = { error: 'deadline_exceeded', ofDeadline: true };

test('mesh.G21: A runs out, B leads again, C gets its answer: two requests, two answers, one deadline_exceeded', () => {
  const { flights, log, askers, flight, flown } = joined(100, 900, 900);
  expect(flown.map((one) => one?.leader === askers[0])).toEqual([true, true, true]);
  flights.failed(flight, ofDeadline, 100);
  expect(flight.leader).toBe(askers[1]);
  flights.answered(flight, 'answer');
  expect(log).toEqual(['B leads', 'A deadline_exceeded', 'B answer', 'C answer']);
  expect([flight.leadings, flights.size]).toEqual([2, 0]);
});

test('a flight is led again once, and only by somebody with time left', () => {
  const { flights, log, flight } = joined(100, 200, 900);
  flights.failed(flight, ofDeadline, 100);
  flights.failed(flight, ofDeadline, 200);
  expect(log).toEqual(['B leads', 'A deadline_exceeded', 'B deadline_exceeded', 'C deadline_exceeded']);
  const late = joined(100, 100);
  late.flights.failed(late.flight, ofDeadline, 100);
  expect(late.log).toEqual(['A deadline_exceeded', 'B deadline_exceeded']);
});

test('any other failure is everybody’s', () => {
  const { flights, log, flight } = joined(100, 900);
  flights.failed(flight, { error: 'internal', ofDeadline: false }, 50);
  expect(log).toEqual(['A internal', 'B internal']);
});

test('a leader that leaves does not stop the request; the last to leave cancels it', () => {
  const { flights, log, askers, flight } = joined(100, 900, 900);
  expect(askers.slice(0, 2).map((one) => flights.leave(flight, one))).toEqual([false, false]);
  expect(flights.size).toBe(1);
  expect(askers.toReversed().map((one) => flights.leave(flight, one))).toEqual([true, false, false]);
  expect([log, flights.size]).toEqual([[], 0]);
});

test('mesh.S3: a flight that ended changes nothing for the next one of its key', () => {
  const { flights, log, flight, askers } = joined(100);
  flights.answered(flight, 'first');
  const next = new Asker('X', 900, log);
  flights.join('key', next);
  flights.answered(flight, 'second');
  flights.failed(flight, ofDeadline, 100);
  expect(askers.map((one) => flights.leave(flight, one))).toEqual([false]);
  expect([log, flights.size]).toEqual([['A first'], 1]);
});

test('beyond a thousand members, and a thousand flights, one goes alone', () => {
  const { flights, log } = joined(...Array.from({ length: 1_000 }, () => 900));
  const one = new Asker('X', 900, log);
  expect(flights.join('key', one)).toBeUndefined();
  for (let i = 1; i < 1_000; i++) expect(flights.join(`key ${i}`, one)).toBeDefined();
  expect(flights.join('one more key', one)).toBeUndefined();
});

test('mesh.S29: at most one request per key is under way, and each member learns of exactly one end', () => {
  const step = fc.record({
    kind: fc.constantFrom('join', 'join', 'join', 'leave', 'answer', 'fail', 'late'),
    key: fc.constantFrom('a', 'b'),
    pick: fc.nat(20),
    wait: fc.nat(30),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (script) => {
      const flights = new SingleFlight<string>();
      const requests = new Map<string, Flight<string>>();
      const askers: Asker[] = [];
      let now = 0;
      for (const { kind, key, pick, wait } of script) {
        now += wait;
        const flight = requests.get(key);
        const chosen = askers.at(-1 - pick);
        if (kind === 'join') {
          const one = new Asker('', now + 50, []);
          one.flight = flights.join(key, one);
          askers.push(one);
          expect(one.flight?.leader === one).toBe(flight === undefined);
          if (one.flight) requests.set(key, one.flight);
        } else if (kind === 'leave') {
          if (chosen?.flight && flights.leave(chosen.flight, chosen)) requests.delete(chosen.flight.key);
          if (chosen && !chosen.log.some((line) => line !== ' leads')) chosen.log.push('left');
        } else if (flight && kind === 'answer') {
          flights.answered(flight, 'answer');
          requests.delete(key);
        } else if (flight) {
          const before = flight.leadings;
          flights.failed(flight, { error: 'error', ofDeadline: kind === 'late' }, now);
          if (flight.leadings === before) requests.delete(key);
        }
        expect(flights.size).toBe(requests.size);
        for (const { log } of askers) expect(log.filter((line) => line !== ' leads').length).toBeLessThanOrEqual(1);
        const waiting = askers.filter(({ log }) => log.every((line) => line === ' leads'));
        for (const one of waiting) expect(requests.get(one.flight?.key ?? '')).toBe(one.flight);
      }
    }),
  );
});
