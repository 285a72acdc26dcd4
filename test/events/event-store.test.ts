import { setTimeout as sleep } from 'node:timers/promises';
import { eventStoreCases } from '@seedcore/mesh/testing';
import { openEvents, openStore } from '@seedcore/store';
import { describe, expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';

const { open } = meshesOnBroker();

describe('durable events on a real broker keep the promises of the port:', () => {
  test.each(eventStoreCases)('$name', async ({ run }) => {
    const openOne = async () => {
      const events = openEvents(openStore(await open()));
      return { events, letters: () => events.dead() };
    };
    await run({ open: openOne, pass: (ms) => sleep(ms), now: () => performance.now() });
  });
});

test('the ledger refuses when it is full and forgets nothing before its time', async () => {
  const mesh = await open();
  const events = openEvents(openStore(mesh));
  await events.keep({ source: 'suite', kind: 'any', id: 'a', key: undefined, body: Uint8Array.of(123, 125) });
  const info = await mesh.nats().request('$JS.API.STREAM.INFO.SC_seedcore-dev_LEDGER', '', { timeout: 30_000 });
  expect(info.json()).toMatchObject({
    config: { subjects: ['seedcore-dev.log.evt.>'], discard: 'new', max_bytes: 268_435_456, max_age: 1_209_600e9 },
  });
});
