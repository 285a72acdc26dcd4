import { setTimeout as pause } from 'node:timers/promises';
import { natsFromEnv } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { greeter } from './greeter.ts';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

const REPLICAS = 3;
/** Two hundred calls a second. */
const EVERY_MS = 5;
/** A machine that cannot keep up gets fewer calls, before the caller's own line is full. */
const MAX_IN_FLIGHT = 80;

let greeters: Greeters;

beforeAll(async () => {
  greeters = await startGreeters();
});
afterAll(() => greeters?.stop());

test('mesh.A19: a rolling restart of three replicas under steady calls fails none of them', async () => {
  const old = await Promise.all(Array.from({ length: REPLICAS }, () => greeters.start()));
  const mesh = await openMesh({ ...natsFromEnv({ NATS_URL: greeters.server.url }), ns: NS });
  const client = mesh.client(greeter);
  const failures: unknown[] = [];
  const replies: Promise<unknown>[] = [];
  let restarting = true;
  let inFlight = 0;
  const call = async () => {
    inFlight += 1;
    await client.wait({ ms: 20 }, { deadlineMs: 10_000 }).catch((error: unknown) => failures.push(error));
    inFlight -= 1;
  };
  const traffic = async () => {
    while (restarting) {
      if (inFlight < MAX_IN_FLIGHT) replies.push(call());
      await pause(EVERY_MS);
    }
  };
  const restart = async () => {
    await pause(500);
    const codes: number[] = [];
    for (const one of old) {
      await greeters.start();
      codes.push(await one.stop('SIGTERM'));
    }
    await pause(500);
    restarting = false;
    return codes;
  };
  try {
    const [codes] = await Promise.all([restart(), traffic()]);
    await Promise.all(replies);
    expect(codes).toEqual([0, 0, 0]);
    expect(failures).toEqual([]);
    expect(replies.length).toBeGreaterThan(100);
  } finally {
    await mesh.close();
  }
});
