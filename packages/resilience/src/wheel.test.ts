import { VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TICK_MS, Timed, Wheel } from './wheel.ts';

/** Notes when it was told. */
class Note extends Timed {
  toldAt: number | undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  due(): void {
    this.toldAt = this.#clock.now();
  }
}

const MAX_WAIT_MS = 600_000;

test('everything is told once its time has come, at most one tick late, and never when it left before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          addAt: fc.integer({ min: 0, max: 8_000 }),
          wait: fc.oneof(fc.double({ min: 0, max: 6_000, noNaN: true }), fc.integer({ min: 0, max: MAX_WAIT_MS })),
          leaveAfter: fc.option(fc.integer({ min: 0, max: 9_000 }), { nil: undefined }),
        }),
        { minLength: 1, maxLength: 40 },
      ),
      async (plan) => {
        const clock = new VirtualClock();
        const wheel = new Wheel(clock);
        const notes = plan.map(({ addAt, wait, leaveAfter }) => {
          const note = new Note(clock);
          clock.after(addAt, () => wheel.add(note, clock.now() + wait));
          if (leaveAfter !== undefined) clock.after(addAt + leaveAfter, () => wheel.remove(note));
          return { note, dueAt: addAt + wait, leftAt: leaveAfter === undefined ? Infinity : addAt + leaveAfter };
        });
        await clock.advance(8_000 + MAX_WAIT_MS + TICK_MS);
        for (const { note, dueAt, leftAt } of notes) {
          if (note.toldAt === undefined) expect(leftAt).toBeLessThanOrEqual(dueAt + TICK_MS);
          else {
            expect(note.toldAt).toBeGreaterThanOrEqual(Math.min(dueAt, leftAt) === dueAt ? dueAt : 0);
            expect(note.toldAt).toBeLessThanOrEqual(dueAt + TICK_MS);
            expect(note.toldAt).toBeLessThanOrEqual(leftAt);
          }
        }
        expect(wheel.size).toBe(0);
        expect(clock.pending).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

test('one that is told may join again at once', async () => {
  const clock = new VirtualClock();
  const wheel = new Wheel(clock);
  let turns = 0;
  class Again extends Timed {
    due(): void {
      turns += 1;
      if (turns < 5) wheel.add(this, clock.now() + TICK_MS);
    }
  }
  wheel.add(new Again(), 0);
  await clock.advance(1_000);
  expect(turns).toBe(5);
  expect(clock.pending).toBe(0);
});

test('leaving twice, or without having joined, changes nothing', async () => {
  const clock = new VirtualClock();
  const wheel = new Wheel(clock);
  const note = new Note(clock);
  wheel.remove(note);
  wheel.add(note, 100);
  wheel.remove(note);
  wheel.remove(note);
  expect(wheel.size).toBe(0);
  await clock.advance(200);
  expect(note.toldAt).toBeUndefined();
});

test('an idle wheel sets no timer', async () => {
  const clock = new VirtualClock();
  const wheel = new Wheel(clock);
  wheel.add(new Note(clock), 50);
  await clock.advance(100);
  expect(clock.pending).toBe(0);
});
