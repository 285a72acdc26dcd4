import { setTimeout as pause } from 'node:timers/promises';
import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('the broker takes a late acknowledgement, and the message is gone although another has it', async () => {
  await bed.manager.streams.add({ name: 'LATE', subjects: ['late.>'] });
  const config = { durable_name: 'one', ack_policy: AckPolicy.Explicit, ack_wait: 1_000_000_000 };
  await bed.manager.consumers.add('LATE', config);
  const consumer = await jetstream(bed.nats).consumers.get('LATE', 'one');
  await bed.stream.publish('late.a');
  const first = await consumer.next();
  const second = await until('the second delivery', async () => (await consumer.next({ expires: 1000 })) ?? undefined);
  expect(second.info.deliveryCount).toBe(2);
  first?.ack();
  await bed.nats.flush();
  expect((await bed.manager.consumers.info('LATE', 'one')).num_ack_pending).toBe(0);
});

test('a task whose message was acknowledged behind its owner’s back ends by its record', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  let meddle: () => void = () => undefined;
  const meddled = new Promise<void>((resolve) => {
    meddle = resolve;
  });
  const worker = tasks.worker('general', {
    times: { ackWaitMs: 2000, beatMs: 500 },
    handlers: {
      demo: async () => {
        await meddled;
        return ok('by its owner');
      },
    },
  });
  await worker.ready;
  await tasks.submit({ id: 'a', type: 'demo' });
  await until('it to run', async () => ((await tasks.get('a'))?.state === 'running' ? true : undefined));
  bed.nats.publish(await ackSubject(), '+ACK');
  await pause(2500);
  meddle();
  expect(await tasks.wait('a', { timeoutMs: 5000 })).toMatchObject({ value: 'by its owner', attempts: 1 });
  await worker.drain(1000);
  await tasks.close();
});

/** What anybody who saw the delivery could answer to. */
async function ackSubject(): Promise<string> {
  const { delivered } = await bed.manager.consumers.info('SC_trap_TASKS', 'general_normal');
  return `$JS.ACK.SC_trap_TASKS.general_normal.1.${delivered.stream_seq}.${delivered.consumer_seq}.0.0`;
}
