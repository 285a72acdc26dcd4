import { AckPolicy } from '@nats-io/jetstream';
import { openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('a pull by request claims messages that never arrive; ours, on an inbox of its own, gets all, and empty at once', async () => {
  await bed.manager.streams.add({ name: 'PULLED', subjects: ['pulled.>'] });
  await bed.manager.consumers.add('PULLED', { durable_name: 'one', ack_policy: AckPolicy.Explicit });
  for (let i = 0; i < 6; i++) await bed.stream.publish(`pulled.${i}`);
  const next = '$JS.API.CONSUMER.MSG.NEXT.PULLED.one';
  // A delivery keeps the subject it was stored under, so the shared inbox does not know whose it is.
  await expect(bed.nats.request(next, JSON.stringify({ batch: 3, no_wait: true }))).rejects.toThrow('timeout');
  expect((await bed.manager.consumers.info('PULLED', 'one')).num_ack_pending).toBe(3);

  const puller = openStore(bed.mesh).broker.puller('PULLED', 'one');
  const found = await puller.take(3, 0);
  expect(found.map(({ subject }) => subject)).toEqual(['pulled.3', 'pulled.4', 'pulled.5']);
  const tookMs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    expect(await puller.take(3, 0)).toEqual([]);
    tookMs.push(performance.now() - before);
  }
  // None of the library's takes less than a second; one of ours that is quick is enough on a busy machine.
  expect(Math.min(...tookMs)).toBeLessThan(900);
  puller.stop();
});
