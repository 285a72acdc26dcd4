import { setTimeout as pause } from 'node:timers/promises';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { post } from './post.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';

/** Two hundred calls a second, in bundles. */
const EVERY_MS = 20;
const BUNDLE = 4;
/** Every call is a write to disk: a machine that cannot keep up gets fewer calls, before the caller's own line is full. */
const MAX_IN_FLIGHT = 80;
/** Answers before there is anything to say; a machine that is slow gets the time for them. */
const ENOUGH = 200;

let office: PostOffice;
const running: Program[] = [];

beforeAll(async () => {
  office = await openPostOffice();
  for (const id of ['one', 'two', 'three']) running.push(office.start(id));
  await Promise.all(running.map((program) => program.printed(/"msg":"ready"/)));
  await until('three to choose from', () => office.mesh.routable('post').length === 3 || undefined);
});
afterAll(() => office?.stop());

/** What was recorded of a call that failed, so that one can tell why. */
const recordsOf = async (error: unknown): Promise<string> =>
  error instanceof MeshError && error.traceId !== undefined
    ? JSON.stringify(await office.mesh.records.find(error.traceId))
    : '';

test('mesh.A19: a rolling restart of three replicas at 200 calls/s loses no call and no durable event', async () => {
  const client = office.mesh.client(post);
  const failures: string[] = [];
  const answered: string[] = [];
  const calls: Promise<unknown>[] = [];
  const inFlight = () => calls.length - answered.length - failures.length;
  let restarting = true;
  const call = (letter: string) =>
    client.send({ letter }).then(
      () => answered.push(letter),
      async (error: unknown) => failures.push(`${error} ${await recordsOf(error)}`),
    );
  const traffic = async () => {
    while (restarting || answered.length + failures.length <= ENOUGH) {
      for (let i = 0; i < BUNDLE && inFlight() < MAX_IN_FLIGHT; i++) calls.push(call(`letter-${calls.length}`));
      await pause(EVERY_MS);
    }
  };
  const restart = async () => {
    const codes: number[] = [];
    for (const [i, program] of running.entries()) {
      codes.push(await program.stop('SIGTERM'));
      await office.start(`again-${i}`).printed(/"msg":"ready"/);
    }
    restarting = false;
    return codes;
  };
  const [codes] = await Promise.all([restart(), traffic()]);
  await Promise.all(calls);
  expect([codes, failures]).toEqual([[0, 0, 0], []]);
  expect(answered.length).toBeGreaterThan(ENOUGH);
  const missing = () => {
    const read = new Set(office.told().map(({ letter }) => letter));
    return answered.filter((letter) => !read.has(letter));
  };
  await until('every event to be read', () => missing().length === 0 || undefined, 60_000).catch(() => undefined);
  expect(missing()).toEqual([]);
  expect(new Set(office.told().map(({ instance }) => instance)).size).toBeGreaterThan(3);
  expect(await office.events.dead()).toEqual([]);
});
