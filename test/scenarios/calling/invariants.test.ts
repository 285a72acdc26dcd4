import { type Clock, delay, MeshError, meshErrors } from '@seedcore/protocol';
import {
  attemptsBounded,
  breakersAreHonest,
  type Checker,
  callsEnd,
  drainsAreComplete,
  type History,
  handlersKeepDeadlines,
  oneReply,
  overloadIsFair,
  restsAsBefore,
  runsOnce,
} from '@seedcore/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { backWithRepeatableWrites } from './contracts.ts';
import { CAPACITY, overload } from './overload.ts';
import { type Parts, sound } from './parts.ts';
import { storm } from './storm.ts';

const checkers = {
  'mesh.M1': handlersKeepDeadlines,
  'mesh.M2': callsEnd(new Set()),
  'mesh.M3': runsOnce,
  'mesh.M4': attemptsBounded,
  'mesh.M5': breakersAreHonest,
  'mesh.M6': drainsAreComplete,
  'mesh.M7': oneReply,
  'mesh.M8': restsAsBefore,
} as const satisfies Record<string, Checker>;

const fair = overloadIsFair({ calls: CAPACITY, goodput: 0.8 });

/** Runs of each scenario: a few in CI, thousands in the nightly script. */
const SEEDS = Number(process.env['SEEDCORE_SEEDS'] ?? 3);
const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);

describe.each(seeds)('a storm, seed %i', (seed) => {
  test('keeps every invariant of the mesh, and each checker has seen what it looks for', async () => {
    const history = await storm(seed, sound);
    for (const [name, checker] of Object.entries(checkers)) {
      const { violations, sometimes } = checker(history);
      expect(violations.slice(0, 5), name).toEqual([]);
      expect(sometimes, name).toBeGreaterThan(0);
    }
  });
});

test('mesh.M9 an overload of five times the capacity is served in time and shed by class', async () => {
  const { violations, sometimes } = fair(await overload(1, sound));
  expect(violations).toEqual([]);
  expect(sometimes).toBeGreaterThan(0);
});

/** Repeats whatever failed, above everything the mesh does itself. */
async function stubborn(call: () => Promise<unknown>): Promise<unknown> {
  for (let n = 1; n < 4; n++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
    }
  }
  return call();
}

/** Every fifth timer never fires. */
function forgetful(clock: Clock): Clock {
  let timers = 0;
  return {
    now: () => clock.now(),
    wallMs: () => clock.wallMs(),
    after: (ms, fire) => (++timers % 5 === 0 ? { cancel: () => undefined } : clock.after(ms, fire)),
  };
}

/** Sets up a timer for each thing it does, and never takes one down. */
const hoarder = (clock: Clock): Clock => ({
  now: () => clock.now(),
  wallMs: () => clock.wallMs(),
  after: (ms, fire) => {
    clock.after(3_600_000, () => undefined);
    return clock.after(ms, fire);
  },
});

/** Hears requests without being in the queue group, and answers them as well. */
const parrot: Parts['guest'] = (bus) => {
  const deliver = ({ reply, headers }: Parameters<typeof bus.publish>[0]) => {
    if (reply !== undefined) bus.publish({ subject: reply, reply: undefined, headers, data: EMPTY, status: undefined });
  };
  bus.add({
    owner: () => 'parrot',
    subject: 'test.svc.back.read',
    queue: undefined,
    connected: () => true,
    accepts: () => true,
    deliver,
  });
};
const EMPTY = new TextEncoder().encode('{}');

/** What can go wrong, put into the product from outside, and the checker that must find it. */
const planted: Readonly<Record<string, { readonly finds: keyof typeof checkers; readonly parts: Partial<Parts> }>> = {
  'a retry of what is not idempotent': { finds: 'mesh.M3', parts: { promised: backWithRepeatableWrites } },
  'a handler deaf to its signal': {
    finds: 'mesh.M1',
    parts: { work: (ms, _call, { clock }) => delay(clock, ms * 40) },
  },
  'a timer that is not re-armed': { finds: 'mesh.M2', parts: { callerClock: forgetful } },
  'a retry around the retries': { finds: 'mesh.M4', parts: { around: stubborn } },
  'a drain that does not wait': { finds: 'mesh.M6', parts: { leave: async (service) => service.kill() } },
  'a second answer': { finds: 'mesh.M7', parts: { guest: parrot } },
  'a timer that is never taken down': { finds: 'mesh.M8', parts: { callerClock: hoarder } },
};

test.each(Object.entries(planted))('%s is found', async (_what, { finds, parts }) => {
  const findings = await firstFinding((seed) => storm(seed, { ...sound, ...parts }), checkers[finds]);
  expect(findings).not.toEqual([]);
});

/** A bug of chance is found by one of a few seeds. */
async function firstFinding(run: (seed: number) => Promise<History>, checker: Checker): Promise<readonly string[]> {
  for (const seed of [1, 2, 3]) {
    const { violations } = checker(await run(seed));
    if (violations.length > 0) return violations;
  }
  return [];
}

describe('with a table of errors that counts bad requests', () => {
  const row = meshErrors.bad_request;
  afterEach(() => Reflect.set(meshErrors, 'bad_request', row));

  test('a breaker that opens for them is found', async () => {
    Reflect.set(meshErrors, 'bad_request', { ...row, breaker: 'hard' });
    expect(await firstFinding((seed) => storm(seed, sound), breakersAreHonest)).not.toEqual([]);
  });
});

test('a queue without a limit is found', async () => {
  const without = { limit: 100_000, queue: 100_000 };
  const history = await overload(1, { ...sound, slots: 100_000, client: { bulkhead: without } });
  expect(fair(history).violations).not.toEqual([]);
});
