import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('a plain nak brings the message back at once, again and again', async () => {
  await bed.manager.streams.add({ name: 'SPIN', subjects: ['spin.>'] });
  await bed.manager.consumers.add('SPIN', { durable_name: 'one', ack_policy: AckPolicy.Explicit });
  await bed.stream.publish('spin.a');
  const consumer = await jetstream(bed.nats).consumers.get('SPIN', 'one');
  let deliveries = 0;
  const messages = await consumer.consume({
    callback: (message) => {
      deliveries += 1;
      if (deliveries < 200) message.nak();
    },
  });
  await until('two hundred deliveries', () => (deliveries === 200 ? true : undefined));
  await messages.close();
});

test('between two attempts of a task lies its pause, and the broker keeps it: nothing comes before its time', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  const startedAt: number[] = [];
  const worker = tasks.worker('general', {
    retry: { attempts: 4, windowsMs: [100] },
    handlers: {
      demo: async () => {
        startedAt.push(Date.now());
        throw new Error('no');
      },
    },
  });
  await worker.ready;
  await tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 });
  const view = await tasks.get('a');
  expect(startedAt).toHaveLength(4);
  for (const [i, { delay_ms: delayMs = 0 }] of (view?.attempts.slice(0, 3) ?? []).entries()) {
    expect(delayMs).toBeGreaterThanOrEqual(200);
    expect((startedAt[i + 1] ?? 0) - (startedAt[i] ?? 0)).toBeGreaterThanOrEqual(delayMs - 50);
  }
  const { delivered } = await bed.manager.consumers.info('SC_trap_TASKS', 'general_normal');
  expect(delivered.consumer_seq).toBeLessThan(2 * startedAt.length); // four; one may come a hair too early
  await worker.drain(1000);
  await tasks.close();
});
