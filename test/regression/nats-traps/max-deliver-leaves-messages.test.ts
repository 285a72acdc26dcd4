import { AckPolicy, jetstream } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('after its last delivery a message stays for ever, and nobody gets it', async () => {
  await bed.manager.streams.add({ name: 'STUCK', subjects: ['stuck.>'] });
  const config = { durable_name: 'one', ack_policy: AckPolicy.Explicit, ack_wait: 500_000_000, max_deliver: 2 };
  await bed.manager.consumers.add('STUCK', config);
  await bed.stream.publish('stuck.a');
  const consumer = await jetstream(bed.nats).consumers.get('STUCK', 'one');
  let deliveries = 0;
  const messages = await consumer.consume({
    callback: () => {
      deliveries += 1;
    },
  });
  await until('both deliveries', () => (deliveries === 2 ? true : undefined));
  expect(await settled(() => deliveries)).toBe(2);
  expect((await bed.manager.streams.info('STUCK')).state.messages).toBe(1);
  await messages.close();
});

test('a task that keeps failing ends as a dead letter, and its message goes', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  const worker = tasks.worker('general', {
    retry: { attempts: 3, windowsMs: [1] },
    handlers: {
      demo: async () => {
        throw new Error('always');
      },
    },
  });
  await worker.ready;
  await tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 });
  expect((await tasks.deadLetters({ limit: 1 })).items[0]).toMatchObject({ id: 'a', reason: 'attempts_spent' });
  const left = async () => (await bed.manager.streams.info('SC_trap_TASKS')).state.messages;
  await until('the message to be trimmed', async () => ((await left()) === 0 ? true : undefined));
  await worker.drain(1000);
  await tasks.close();
});

test('a task whose message is near its last delivery goes on with another message', async () => {
  const tasks = openTasks(openStore(bed.mesh));
  const first = tasks.worker('general', { handlers: {} });
  await first.ready;
  await first.drain(0); // its consumer stays
  const { config } = await bed.manager.consumers.info('SC_trap_TASKS', 'general_normal');
  await tasks.submit({ id: 'b', type: 'demo' });
  const consumer = await jetstream(bed.nats).consumers.get('SC_trap_TASKS', 'general_normal');
  for (let left = config.max_deliver ?? 0; left > 1; left--) (await consumer.next())?.nak();

  let runs = 0;
  const demo = async () => {
    if (++runs === 1) throw new Error('once');
    return ok(runs);
  };
  const worker = tasks.worker('general', { retry: { attempts: 3, windowsMs: [1] }, handlers: { demo } });
  expect(await tasks.wait('b', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', value: 2 });
  await worker.drain(1000);
  await tasks.close();
});

/** A value that has not changed for a second. */
async function settled(read: () => number): Promise<number> {
  let last = read();
  let since = Date.now();
  await until('it to settle', () => {
    if (read() !== last) since = Date.now();
    last = read();
    return Date.now() - since > 1000 || undefined;
  });
  return last;
}
