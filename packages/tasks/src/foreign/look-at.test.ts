import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

const encoder = new TextEncoder();
type Pairs = readonly (readonly [string, string])[];

/** A client, a process that works `sys`, and a worker of the queue `letters`. */
async function bench(handlers: Readonly<Record<string, Handler>> = { shout: async ({ text }) => ok(text) }) {
  const all = new TaskBench();
  const client = all.process('client');
  const coordinator = all.process('coordinator');
  await all.passing(coordinator.tasks.system().ready);
  const { broker } = client.store;
  const look = (id: string, headers: Pairs = [], body: string = '') =>
    all.passing(broker.write(`test.task.sys.normal.${id}.look`, encoder.encode(body), { headers }));
  const host = all.process('host');
  const works = async () => {
    const worker = host.tasks.worker('letters', { handlers, slots: 1 });
    await all.passing(worker.ready);
  };
  const result = (id: string) => all.passing(client.tasks.wait(id, { timeoutMs: 60_000 }));
  return { all, client, coordinator, host, look, works, result, tasks: client.tasks };
}

const published = (id: string): Pairs => [
  ['Sc-Published-On', `test.task.letters.low.${id}`],
  ['Sc-Seq', '7'],
];

test('a plain publish that is handed on becomes a task, once, whoever hands it on how often', async () => {
  const { all, look, works, result, tasks } = await bench();
  for (let n = 0; n < 3; n++) await look('a', published('a'), '{"type":"shout","params":{"text":"hi"}}');
  await all.clock.advance(1_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'queued', queue: 'letters', attempt: 0 });
  await works();
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'hi', attempts: 1 });
});

test('a task of the same id that is there already is not replaced', async () => {
  const { all, client, look, works, result } = await bench();
  await all.passing(client.tasks.submit({ id: 'a', type: 'shout', params: { text: 'first' } }, { queue: 'letters' }));
  await look('a', published('a'), '{"type":"shout","params":{"text":"second"}}');
  await works();
  expect(await result('a')).toMatchObject({ value: 'first' });
});

test.each([
  ['a', '{"type":"shout","params":', /JSON/i],
  ['a', '{"type":"shout","prams":{}}', /prams/],
  ['a', '{"id":"b","type":"shout"}', /the id of the subject/],
])('what is no task becomes a dead letter: %s %s', async (id, body, why) => {
  const { all, look, result, tasks } = await bench();
  await look(id, published(id), body);
  expect(await result(id)).toMatchObject({ state: 'failed', error: { code: 'bad_message' } });
  const { items } = await all.passing(tasks.deadLetters({ limit: 10 }));
  expect(items).toMatchObject([
    { id, reason: 'bad_message', raw: body, error: { message: expect.stringMatching(why) } },
  ]);
});

test('a large input is kept beside the record', async () => {
  const { look, works, result } = await bench();
  const text = 'x'.repeat(10_000);
  await look('a', published('a'), JSON.stringify({ type: 'shout', params: { text } }));
  await works();
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: text });
});

test('an id that can be none becomes a dead letter under another one', async () => {
  const { all, look, tasks } = await bench();
  await look('täsk', published('täsk'), '{"type":"shout"}');
  await all.clock.advance(1_000);
  const { items } = await all.passing(tasks.deadLetters({ limit: 10 }));
  expect(items).toMatchObject([{ id: expect.stringMatching(/^bad-[0-9a-f]{26}$/), error: { code: 'bad_message' } }]);
});

test('what was published somewhere else is reported', async () => {
  const { all, look, coordinator, tasks } = await bench();
  await look('a', published('b'), '{"type":"shout"}');
  await all.clock.advance(1_000);
  expect(await tasks.get('a')).toBeUndefined();
  expect(coordinator.reported.map(({ error }) => String(error))).toEqual([
    expect.stringMatching(/was not published on/),
  ]);
});

test('the tail of a task that has ended is made up for', async () => {
  const { all, client, host, look, works, result } = await bench();
  host.store.broker.fates = (_what, subject) => (subject === 'test.result.a' ? 'die' : 'pass');
  await all.passing(client.tasks.submit({ id: 'a', type: 'shout', params: { text: 'hi' } }, { queue: 'letters' }));
  await works();
  await all.clock.advance(1_000);
  expect(await client.tasks.get('a')).toMatchObject({ state: 'succeeded' });
  expect(await all.passing(client.tasks.wait('a', { timeoutMs: 1_000 }))).toBeUndefined();
  await look('a');
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'hi' });
});

test('a task whose message was given up gets another one', async () => {
  const { all, client, look, works, result } = await bench();
  await all.passing(client.tasks.submit({ id: 'a', type: 'shout', params: { text: 'hi' } }, { queue: 'letters' }));
  await client.store.broker.purge('SC_test_TASKS', 'test.task.letters.>', 1_000);
  await look('a', [
    ['Sc-Carrier', 'a.1.0'],
    ['Sc-Seq', '1'],
  ]);
  await works();
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'hi' });
});

test('a task too late to begin has expired', async () => {
  const { all, client, look, result } = await bench();
  const deadline_at = new Date(all.clock.wallMs() + 5_000).toISOString();
  const body = JSON.stringify({ type: 'shout', deadline_at });
  await all.clock.advance(6_000);
  await look('a', published('a'), body);
  expect(await result('a')).toMatchObject({ state: 'expired' });
  expect(await client.tasks.get('a')).toMatchObject({ attempt: 0 });
});

test('a task that runs is left alone', async () => {
  const never: Handler = () => new Promise(() => undefined);
  const { all, client, look, works } = await bench({ shout: never });
  await all.passing(client.tasks.submit({ id: 'a', type: 'shout' }, { queue: 'letters' }));
  await works();
  await all.clock.advance(1_000);
  await look('a', [
    ['Sc-Carrier', 'a.1.0'],
    ['Sc-Seq', '1'],
  ]);
  await look('a');
  await all.clock.advance(5_000);
  expect(await client.tasks.get('a')).toMatchObject({ state: 'running', attempt: 1 });
});

test('a task that has lost too many workers is not begun again, also when the last one leaves it to us', async () => {
  const all = new TaskBench();
  const client = all.process('client');
  await all.passing(client.tasks.submit({ id: 'a', type: 'shout' }, { queue: 'letters' }));
  const never: Handler = () => new Promise(() => undefined);
  for (let n = 1; n <= 5; n++) {
    const host = all.process(`host-${n}`);
    await all.passing(host.tasks.worker('letters', { handlers: { shout: never } }).ready);
    await all.clock.advance(40_000);
    host.store.broker.die();
  }
  expect(await client.tasks.get('a')).toMatchObject({ state: 'running', attempt: 5 });
  await all.passing(all.process('coordinator').tasks.system().ready);
  const headers: Pairs = [
    ['Sc-Carrier', 'a.1.0'],
    ['Sc-Seq', '1'],
  ];
  await all.passing(client.store.broker.write('test.task.sys.normal.a.look', new Uint8Array(), { headers }));
  const result = await all.passing(client.tasks.wait('a', { timeoutMs: 60_000 }));
  expect(result).toMatchObject({ state: 'failed', error: { code: 'runs_lost' }, attempts: 5 });
});

test('of a task nobody knows there is nothing to be seen', async () => {
  const { all, look, coordinator } = await bench();
  await look('a');
  await all.clock.advance(1_000);
  expect(coordinator.reported).toEqual([]);
});
