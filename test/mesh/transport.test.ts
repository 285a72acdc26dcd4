import { setImmediate } from 'node:timers/promises';
import { transportCases } from '@seedcore/mesh/testing';
import { describe, expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';

const meshes = meshesOnBroker();
const open = async () => (await meshes.open()).transport;

describe('the transport over a real broker keeps the promises of the port:', () => {
  test.each(transportCases)('$name', ({ run }) => run({ open }));
});

test('what is published while the connection ends leaves, or is refused as not connected', async () => {
  const transport = await open();
  const refusals: unknown[] = [];
  let closed = false;
  const closing = transport.close().finally(() => {
    closed = true;
  });
  // Too long for our own writer: it goes through the library.
  while (!closed) {
    try {
      transport.publish('test.evt.long', new Uint8Array(20_000));
    } catch (error) {
      refusals.push(error);
    }
    await setImmediate();
  }
  await closing;
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'not_connected' });
});
