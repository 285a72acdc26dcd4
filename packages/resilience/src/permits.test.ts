import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PERMITS, Permits, UNKNOWN } from './permits.ts';

/** The same machine as a map: what is held, and nothing clever. */
class PlainPermits {
  readonly held = new Map<number, number>();

  endUpTo(value: number): void {
    for (const [permit, one] of this.held) if (one <= value) this.held.delete(permit);
  }

  end(permit: number): number {
    const value = this.held.get(permit) ?? UNKNOWN;
    this.held.delete(permit);
    return value;
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('take', 'take', 'take', 'end', 'end', 'up to', 'clear'),
    often: fc.integer({ min: 1, max: 40 }),
    pick: fc.nat(),
    value: fc.nat(1_000),
  }),
  { maxLength: 60 },
);

test('mesh.S3: a permit ends exactly once, as in a map of those held', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const permits = new Permits();
      const plain = new PlainPermits();
      const given: number[] = [0];
      for (const { kind, often, pick, value } of script) {
        for (let i = 0; i < (kind === 'take' || kind === 'end' ? often : 1); i++) {
          const chosen = given[(pick + 7 * i) % given.length] ?? 0;
          if (kind === 'take') {
            const permit = permits.take(value);
            expect(permit).toBeGreaterThan(given.at(-1) ?? 0);
            given.push(permit);
            plain.held.set(permit, value);
          } else if (kind === 'end') expect(permits.end(chosen)).toBe(plain.end(chosen));
          else if (kind === 'up to') [permits, plain].map((one) => one.endUpTo(value / 4));
          else {
            permits.clear();
            plain.held.clear();
          }
        }
        expect(permits.held).toBe(plain.held.size);
        expect(permits.least()).toBe(Math.min(...plain.held.values()));
      }
    }),
  );
});

test('one that is held long outlives a hundred thousand short ones', () => {
  const permits = new Permits();
  const long = permits.take(7);
  for (let i = 0; i < 100_000; i++) permits.end(permits.take(0));
  expect([permits.held, permits.end(long), permits.end(long)]).toEqual([1, 7, UNKNOWN]);
});

test('permits nobody ends do not pile up for ever', () => {
  const permits = new Permits();
  const oldest = permits.take(0);
  for (let i = 0; i < MAX_PERMITS; i++) permits.take(0);
  expect(permits.held).toBe(MAX_PERMITS);
  expect(permits.end(oldest)).toBe(UNKNOWN);
});

test.each([0, -1, 0.5, Number.NaN, 1e300])('%s is no permit', (permit) => {
  const permits = new Permits();
  permits.take(3);
  expect(permits.end(permit)).toBe(UNKNOWN);
  expect(permits.held).toBe(1);
});
