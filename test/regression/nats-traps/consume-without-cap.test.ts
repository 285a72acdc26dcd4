import { setTimeout as pause } from 'node:timers/promises';
import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { storeBed } from './store-bed.ts';

const bed = storeBed();
const MESSAGES = 30;
const PRIORITIES = ['high', 'normal', 'low'] as const;

test('the library starts a handler for every message that comes', async () => {
  await bed.manager.streams.add({ name: 'FLOOD', subjects: ['flood.>'] });
  await bed.manager.consumers.add('FLOOD', { durable_name: 'one', ack_policy: AckPolicy.Explicit });
  for (let i = 0; i < MESSAGES; i++) await bed.stream.publish(`flood.${i}`);
  let running = 0;
  const consumer = await jetstream(bed.nats).consumers.get('FLOOD', 'one');
  const messages = await consumer.consume({
    callback: () => {
      running += 1;
    },
  });
  await until('all handlers to be started', () => (running === MESSAGES ? true : undefined));
  await messages.close();
});

test('a worker runs as many as it has slots, although each of its three lanes waits for a message', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  let running = 0;
  let most = 0;
  const handler = async () => {
    most = Math.max(most, ++running);
    await pause(50);
    running -= 1;
    return ok(1);
  };
  const worker = tasks.worker('general', { slots: 2, handlers: { demo: handler } });
  await worker.ready;
  const wanted = Array.from({ length: MESSAGES }, (_, i) => ({ id: `t${i}`, priority: PRIORITIES[i % 3] ?? 'normal' }));
  await Promise.all(wanted.map((task) => tasks.submit({ ...task, type: 'demo' })));
  await Promise.all(wanted.map(({ id }) => tasks.wait(id, { timeoutMs: 60_000 })));
  expect(most).toBe(2);
  await worker.drain(1000);
  await tasks.close();
});
