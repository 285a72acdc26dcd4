import { type Clock, type Criticality, delay, endpoint, implement, ok, service, ulid } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Limits } from '../served/serve-implementation.ts';
import { startService } from '../testing/start-service.ts';

const WORKERS = 5;
const WORK_MS = 100;
/** Calls per second that five workers of 100 ms can do. */
const CAPACITY = (WORKERS * 1_000) / WORK_MS;
const DEADLINE_MS = 1_000;
const RUN_MS = 20_000;

const station = service('station', {
  doc: 'Five workers, first come first served.',
  version: '1.0.0',
  endpoints: {
    work: endpoint({
      doc: 'Takes 100 ms of a worker.',
      input: z.strictObject({}),
      output: z.object({}),
      idempotent: true,
    }),
  },
});

/** Work that takes longer the more of it is begun, as real work does; `late` counts what ended past its deadline. */
function workers(clock: Clock) {
  const freeAt = Array.from({ length: WORKERS }, () => 0);
  const seen = { late: 0 };
  const implementation = implement(station, {
    work: async (_input, call) => {
      const next = freeAt.indexOf(Math.min(...freeAt));
      const begins = Math.max(clock.now(), freeAt[next] ?? 0);
      freeAt[next] = begins + WORK_MS;
      await delay(clock, begins + WORK_MS - clock.now());
      if (clock.now() > call.deadlineAt) seen.late += 1;
      return ok({});
    },
  });
  return { implementation, seen };
}

type Tally = Record<Criticality, { asked: number; served: number }>;

/** The station, a line of callers that arrive at random, and how each class fared. */
function open(limits: Limits<typeof station>) {
  const clock = new VirtualClock();
  const random = new SeededRandom(18);
  const { implementation, seen } = workers(clock);
  const bed = startService(implementation, { clock, random, limits });
  const unanswered = new Set<string>();
  const ask = (criticality: Criticality, tally: Tally) => {
    tally[criticality].asked += 1;
    const id = ulid(clock, random);
    unanswered.add(id);
    const headers = { 'Sc-Criticality': criticality, 'Sc-Call': id, 'Sc-Deadline-Ms': String(DEADLINE_MS) };
    const until = clock.now() + DEADLINE_MS;
    void bed.request('work', '', headers).then(({ status }) => {
      unanswered.delete(id);
      if (status === undefined && clock.now() <= until) tally[criticality].served += 1;
    });
  };
  /** So many calls per second, critical ones for `critical` of them, the rest in equal parts. */
  const arrive = async (perSecond: number, critical: number) => {
    const tally = emptyTally();
    for (const end = clock.now() + RUN_MS; clock.now() < end; ) {
      const r = random.next();
      ask(r < critical ? 'critical' : r < (1 + critical) / 2 ? 'important' : 'optional', tally);
      await clock.advance((-Math.log(1 - random.next()) * 1_000) / perSecond);
    }
    await clock.advance(2 * DEADLINE_MS);
    return tally;
  };
  return { arrive, seen, unanswered };
}

const emptyTally = (): Tally => ({
  critical: { asked: 0, served: 0 },
  important: { asked: 0, served: 0 },
  optional: { asked: 0, served: 0 },
});

const shareOf = ({ asked, served }: { asked: number; served: number }) => served / asked;
const goodput = (tally: Tally) =>
  Object.values(tally).reduce((sum, { served }) => sum + served, 0) / ((CAPACITY * RUN_MS) / 1_000);

/** Five times what can be done; critical calls alone are half of that. */
const FLOOD = 5 * CAPACITY;
const CRITICAL = 0.1;

test('mesh.A18: at five times its capacity what is critical is served, the rest shed by class, and nothing runs in vain', async () => {
  const { arrive, seen, unanswered } = open({ work: { fixed: WORKERS } });
  const tally = await arrive(FLOOD, CRITICAL);
  expect(shareOf(tally.critical)).toBeGreaterThanOrEqual(0.99);
  expect(shareOf(tally.optional)).toBeLessThan(shareOf(tally.important));
  expect(goodput(tally)).toBeGreaterThanOrEqual(0.8);
  expect({ late: seen.late, unanswered: unanswered.size }).toEqual({ late: 0, unanswered: 0 });
});

test('mesh.A18: a limit that has seen calmer times finds the capacity by itself', async () => {
  const { arrive, unanswered } = open({});
  await arrive(0.7 * CAPACITY, CRITICAL);
  const tally = await arrive(FLOOD, CRITICAL);
  expect(shareOf(tally.critical)).toBeGreaterThanOrEqual(0.99);
  expect(shareOf(tally.optional)).toBeLessThan(shareOf(tally.important));
  expect(goodput(tally)).toBeGreaterThanOrEqual(0.8);
  expect(unanswered.size).toBe(0);
});
