import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chargeOrders } from './readme-example.ts';
import { TaskBench } from './testing/index.ts';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the listing of the README is the file that is tested here', () => {
  expect(text('../README.md')).toContain(`\`\`\`ts\n${text('./readme-example.ts')}\`\`\``);
});

test('the listing charges, tries again when the bank stumbles, and says no to nothing', async () => {
  const bench = new TaskBench();
  const { tasks } = bench.process('shop');
  const keys: string[] = [];
  const worker = chargeOrders(tasks, async (key) => {
    keys.push(key);
    if (keys.length < 2) throw new Error('connection reset');
    return 'receipt-1';
  });
  await bench.passing(worker.ready);
  const order = { id: 'order-17', type: 'charge', params: { cents: 990 } };
  const charged = await bench.passing(tasks.run(order, { queue: 'billing', timeoutMs: 60_000 }));
  expect(charged).toMatchObject({ value: { result: { state: 'succeeded', value: { receipt: 'receipt-1' } } } });
  expect(keys).toEqual(['order-17/pay', 'order-17/pay']);
  const empty = await bench.passing(tasks.run({ type: 'charge' }, { queue: 'billing', timeoutMs: 60_000 }));
  expect(empty).toMatchObject({ value: { result: { state: 'failed', error: { code: 'nothing_to_charge' } } } });
});
