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
  // One pull that outlives the wait: a second one could miss the second delivery and get a third.
  const second = await consumer.next({ expires: 60_000 });
  expect(second?.info.deliveryCount).toBe(2);
  first?.ack();
  const pending = async () => (await bed.manager.consumers.info('LATE', 'one')).num_ack_pending;
  await until('the acknowledgement to be taken', async () => (await pending()) === 0 || undefined);
});

test('an attempt that lost its task to another ends without a trace: its result and its acknowledgement count for nothing', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const ended: number[] = [];
  let begun = 0;
  const demo = async () => {
    const mine = begun++;
    await gates[mine]?.promise;
    ended.push(mine);
    return ok(`attempt ${mine + 1}`);
  };
  const worker = tasks.worker('general', { handlers: { demo } });
  await worker.ready;
  await tasks.submit({ id: 'a', type: 'demo' });
  await until('it to run', () => begun === 1 || undefined);
  // What the broker does when the wait of a delivery is over: it hands the message to the next.
  bed.nats.publish(await ackSubject(), '-NAK');
  await until('another to have taken it over', () => begun === 2 || undefined);

  gates[0].resolve();
  await until('the first to have ended', () => (ended.length === 1 && worker.running() === 1) || undefined);
  await bed.nats.flush();
  expect(await tasks.get('a')).toMatchObject({ state: 'running', attempt: 2 });
  expect(await bed.manager.consumers.info('SC_trap_TASKS', 'general_normal')).toMatchObject({ num_ack_pending: 1 });
  gates[1].resolve();
  expect(await tasks.wait('a', { timeoutMs: 60_000 })).toMatchObject({ value: 'attempt 2', attempts: 2 });
  await worker.drain(1000);
  await tasks.close();
});

/** What anybody who saw the delivery could answer to. */
async function ackSubject(): Promise<string> {
  const { delivered } = await bed.manager.consumers.info('SC_trap_TASKS', 'general_normal');
  return `$JS.ACK.SC_trap_TASKS.general_normal.1.${delivered.stream_seq}.${delivered.consumer_seq}.0.0`;
}
