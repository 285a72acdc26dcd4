import { state } from '@seedcore/contracts';
import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { bed, replica, start } from './testing/started-state.ts';

const failure = (code: string, details: unknown = expect.anything()) => ({ ok: false, failure: { code, details } });
const DAY_MS = 86_400_000;

type Replica = Awaited<ReturnType<typeof replica>>;
type Told = Parameters<Replica['store_memory']>[0]['items'][number];
const note = (text: string, more: Partial<Told> = {}): Told => ({ kind: 'observation', text, ...more });

/** Stores memories of a1 and gives back what was answered for each. */
async function store(service: Replica, ...items: Told[]) {
  const reply = await service.store_memory({ agent_id: 'a1', items });
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.value.stored;
}

/** Texts of memories as a reader gets them. */
async function texts(
  service: Replica,
  asked: Omit<Parameters<Replica['retrieve_memory']>[0], 'agent_id'> = {},
  reader = 'a1',
) {
  const reply = await service.retrieve_memory({ agent_id: reader, limit: 100, ...asked });
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.value.items.map(({ text }) => text);
}

/** A replica that starts when the others have long stopped: days of idling would be nothing but timers. */
async function after(on: ReturnType<typeof bed>, ms: number, ...running: Replica[]): Promise<Replica> {
  const stopped = Promise.all(running.map((one) => one.running.drain?.(1000)));
  await on.clock.advance(2000);
  await stopped;
  await on.clock.advance(ms);
  return replica(on, 20);
}

test('a memory is stored once, and read by the filters it meets, newest first', async () => {
  const service = await start();
  const [first] = await store(service, note('pump 3 vibrates', { tags: ['pump'], salience: 0.5 }));
  expect(first).toMatchObject({ tier: 'long_term', vector: 'pending', revision: expect.any(Number) });
  await service.clock.advance(1000);
  await store(service, note('valve leaks', { kind: 'insight', salience: 0.9 }));
  expect(await texts(service)).toEqual(['valve leaks', 'pump 3 vibrates']);
  expect(await texts(service, { kind: 'insight' })).toEqual(['valve leaks']);
  expect(await texts(service, { tier: 'flashbulb' })).toEqual(['valve leaks']);
  expect(await texts(service, { tags: ['pump'] })).toEqual(['pump 3 vibrates']);
  expect(await texts(service, { min_salience: 0.6 })).toEqual(['valve leaks']);
  expect(await texts(service, { since: '2026-11-22T00:00:00.500Z' })).toEqual(['valve leaks']);
  expect(await texts(service, { until: '2026-11-22T00:00:00.500Z' })).toEqual(['pump 3 vibrates']);
});

test('pages follow each other without gaps and repeats', async () => {
  const service = await start();
  const all = Array.from({ length: 7 }, (_, i) => `note ${i}`);
  await store(service, ...all.map((text) => note(text)));
  const seen: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
    const reply = await service.retrieve_memory({ agent_id: 'a1', limit: 3, ...(cursor && { cursor }) });
    if (!reply.ok) throw new Error('not read');
    seen.push(...reply.value.items.map(({ text }) => text));
    cursor = reply.value.cursor;
    expect(pages).toBeLessThan(3);
  }
  expect(seen.sort()).toEqual(all);
});

test('the same words within a day are one memory, through whatever replica; a day later they are another', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 11)];
  const [first] = await store(one, note('Pump 3  hums'));
  const again = [...(await store(one, note('pump 3 hums'))), ...(await store(two, note('PUMP 3 hums')))];
  expect(again).toEqual(Array(2).fill({ ...first, duplicate_of: first?.memory_id }));
  const three = await after(on, DAY_MS, one, two);
  const later = await store(three, note('pump 3 hums'));
  expect(later).toEqual([{ ...first, memory_id: expect.any(String), revision: expect.any(Number) }]);
  expect(later[0]?.memory_id).not.toBe(first?.memory_id);
});

test('a repeat by write_key gets the memory it made; a memory is changed over the revision that was seen', async () => {
  const service = await start();
  const [made] = await store(service, note('draft', { write_key: 'k-1' }));
  expect(await store(service, note('another', { write_key: 'k-1' }))).toEqual([made]);
  const change = (expected_revision: number) =>
    service.store_memory({
      agent_id: 'a1',
      items: [note('final', { memory_id: made?.memory_id ?? '', expected_revision })],
    });
  expect(await change(99)).toEqual(failure('conflict', { current_revision: made?.revision }));
  const changed = await change(made?.revision ?? 0);
  expect(changed).toMatchObject({ ok: true, value: { stored: [{ memory_id: made?.memory_id }] } });
  expect(await change(made?.revision ?? 0)).toEqual(changed);
  expect(await texts(service)).toEqual(['final']);
});

test('a flashbulb is immutable, and only removed by force', async () => {
  const service = await start();
  const [made] = await store(service, note('fire', { salience: 0.9 }));
  const memory_id = made?.memory_id ?? '';
  const over = note('no fire', { memory_id, expected_revision: made?.revision ?? 0 });
  const immutable = failure('immutable', { memory_id });
  expect(await service.store_memory({ agent_id: 'a1', items: [over] })).toEqual(immutable);
  expect(await service.delete_memory({ agent_id: 'a1', memory_id })).toEqual(immutable);
  expect(await service.delete_memory({ agent_id: 'a1', memory_id, force: true })).toEqual({
    ok: true,
    value: { deleted: true },
  });
  expect(await service.delete_memory({ agent_id: 'a1', memory_id, force: true })).toEqual({
    ok: true,
    value: { deleted: false },
  });
  expect(await texts(service, { memory_ids: [memory_id] })).toEqual([]);
});

test('episodes go to the journal, with their outcome, cut where they are too long', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 11)];
  const data = { type: 'repair', outcome: 'failure', step: 3 };
  const [made] = await store(one, note('x'.repeat(2000), { kind: 'episode', data, write_key: 'e-1' }));
  expect(made).toMatchObject({ tier: 'episode' });
  expect(await store(two, note('y', { kind: 'episode', write_key: 'e-1' }))).toEqual([made]);
  const read = await two.retrieve_memory({ agent_id: 'a1', kind: 'episode' });
  expect(read).toMatchObject({ value: { items: [{ text: `${'x'.repeat(999)}…`, data: { ...data, cut: true } }] } });
  const [odd] = await store(one, note('no end', { kind: 'episode', data: { outcome: 'whatever' } }));
  expect(await one.retrieve_memory({ agent_id: 'a1', memory_ids: [odd?.memory_id ?? ''] })).toMatchObject({
    value: { items: [{ data: { outcome: 'unknown', type: 'episode' } }] },
  });
  expect(await one.delete_memory({ agent_id: 'a1', memory_id: made?.memory_id ?? '' })).toEqual({
    ok: true,
    value: { deleted: true },
  });
  expect(await texts(two, { kind: 'episode' })).toEqual(['no end']);
});

test('what is replaced leaves every list, is read by id for a week, and is compressed', async () => {
  const on = bed();
  const service = await replica(on);
  const five = Array.from({ length: 5 }, (_, i) => note(`${i}`.repeat(1000)));
  const originals = (await store(service, ...five)).map(({ memory_id }) => memory_id);
  await store(service, ...Array.from({ length: 5 }, (_, i) => note(`${i + 5}`.repeat(1000))));
  const [made] = await store(service, note('s'.repeat(500), { kind: 'insight', replaces: originals }));
  expect(await texts(service)).toHaveLength(6);
  const read = await service.retrieve_memory({ agent_id: 'a1', memory_ids: originals });
  expect(read).toMatchObject({ value: { items: Array(5).fill({ replaced_by: made?.memory_id }), missing: [] } });
  expect(await service.get_memory_stats({ agent_id: 'a1' })).toMatchObject({
    value: { r_effective: 1.81818182, p_compress: 0.5, tiers: [{ tier: 'long_term', items: 6 }, {}, {}] },
  });
  const later = await after(on, 7 * DAY_MS, service);
  expect(await later.retrieve_memory({ agent_id: 'a1', memory_ids: originals })).toMatchObject({
    value: { items: [], missing: originals },
  });
  expect(await texts(later)).toHaveLength(6);
});

test('state.A19: what may not be is refused by name, and changes nothing', async () => {
  const service = await start();
  const [other] =
    (await service.store_memory({ agent_id: 'b1', items: [note('of another')] }).then((r) => r.ok && r.value.stored)) ||
    [];
  const refused = async (items: Told[], code: string, details: unknown) =>
    expect(await service.store_memory({ agent_id: 'a1', items: [note('good'), ...items] })).toEqual(
      failure(code, details),
    );
  await refused([note('n', { replaces: [other?.memory_id ?? ''] })], 'unknown_memory', { id: other?.memory_id });
  await refused([note('я'.repeat(5000))], 'too_large', { limit: 8192, got: 10_000 });
  await refused([note('n', { data: { a: 'x'.repeat(40_000) } })], 'too_large', { limit: 32_768, got: 40_008 });
  await refused([note('n', { kind: 'episode', replaces: ['m1'] })], 'too_large', { limit: 0, got: 1 });
  await refused([note('n', { kind: 'episode', data: { a: 'x'.repeat(5000) } })], 'too_large', {
    limit: 4096,
    got: expect.any(Number),
  });
  expect(await texts(service)).toEqual([]);
});

test.each([
  ['an agent with a dot', { agent_id: 'a.1', items: [note('n')] }, '/agent_id'],
  ['an agent of 65 characters', { agent_id: 'a'.repeat(65), items: [note('n')] }, '/agent_id'],
  ['an id that is a wildcard', { agent_id: 'a1', items: [note('n', { memory_id: '>' })] }, '/items/0/memory_id'],
  ['an id with a space', { agent_id: 'a1', items: [note('n', { replaces: ['m 1'] })] }, '/items/0/replaces/0'],
  ['salience 1.1', { agent_id: 'a1', items: [note('n', { salience: 1.1 })] }, '/items/0/salience'],
  ['21 items', { agent_id: 'a1', items: Array.from({ length: 21 }, () => note('n')) }, '/items'],
  ['no items', { agent_id: 'a1', items: [] }, '/items'],
  ['a life of 0 s', { agent_id: 'a1', items: [note('n', { ttl_s: 0 })] }, '/items/0/ttl_s'],
  ['an unknown field', { agent_id: 'a1', items: [{ ...note('n'), mood: 'good' }] }, '/items/0'],
  ['a write_key with a space', { agent_id: 'a1', items: [note('n', { write_key: 'a b' })] }, '/items/0/write_key'],
])('state.A19: %s is refused by the name of its field', async (_, input, field) => {
  const service = await start();
  const reply = await service.request('store_memory', JSON.stringify(input));
  expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'bad_request' } });
  expect(reply.text).toContain(`"${field}`);
  expect(await texts(service)).toEqual([]);
});

test('state.A10: who may read is decided by what is known: owner, project, organ, public', async () => {
  const service = await start();
  const agent = (agent_id: string, patch: object) => service.update_agent_state({ agent_id, patch, create: true });
  await agent('a1', { organ_id: 'o1', project_id: 'p1' });
  await agent('b1', { organ_id: 'o1' });
  await agent('c1', { organ_id: 'o2', project_id: 'p1' });
  const shared = ['private', 'project', 'organ', 'public'] as const;
  const made = await store(service, ...shared.map((visibility) => note(visibility, { visibility })));
  const memory_ids = made.map(({ memory_id }) => memory_id);
  const seenBy = async (reader: string) => (await texts(service, { memory_ids }, reader)).sort();
  expect(await seenBy('a1')).toEqual([...shared].sort());
  expect(await seenBy('b1')).toEqual(['organ', 'public']);
  expect(await seenBy('c1')).toEqual(['project', 'public']);
  expect(await seenBy('nobody')).toEqual(['public']);
  expect(await texts(service, {}, 'b1')).toEqual([]);
});

test('what is stored, kept and replaced is announced', async () => {
  const service = await start();
  const listener = memoryMesh({ clock: service.clock, random: new SeededRandom(9), ns: 'test', bus: service.bus });
  const heard: unknown[] = [];
  for (const kind of ['memory_stored', 'flashbulb', 'memory_replaced'] as const)
    listener.subscribe(state, kind, (news: object) => void heard.push({ event: kind, ...news }));
  const [made] = await store(service, note('fire', { salience: 0.9 }), note('smoke'));
  await store(service, note('fire', { salience: 0.9 }));
  const [, smoke] = await store(service, note('fire'), note('smoke'));
  const replaces = [smoke?.memory_id ?? ''];
  await store(service, note('fire and smoke', { replaces }));
  await service.clock.advance(10);
  expect(heard).toMatchObject([
    { event: 'memory_stored', memory_id: made?.memory_id, tier: 'flashbulb' },
    { event: 'flashbulb', memory_id: made?.memory_id, salience: 0.9 },
    { event: 'memory_stored', tier: 'long_term' },
    { event: 'memory_stored', tier: 'long_term' },
    { event: 'memory_replaced', replaces },
  ]);
});

test('hits are written a minute later, and those of the last moment when the replica stops', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 11)];
  await store(one, note('pump'));
  for (let i = 0; i < 3; i++) await texts(one);
  const hits = async () => {
    const reply = await two.get_memory_stats({});
    return reply.ok && reply.value.tiers[0]?.hits;
  };
  await on.clock.advance(59_000);
  expect(await hits()).toBe(0);
  await on.clock.advance(2000);
  expect(await hits()).toBe(3);
  await texts(one);
  const drained = one.running.drain?.(1000);
  await on.clock.advance(2000);
  await drained;
  expect(await hits()).toBe(4);
});

test('a replica whose picture is not full says so, and still reads what its reader owns', async () => {
  const on = bed();
  const one = await replica(on, 10);
  const [made] = await store(one, note('pump'));
  const id = made?.memory_id ?? '';
  const late = await replica(on, 11, {}, { advance: false });
  expect(await late.get_memory_stats({})).toMatchObject({ value: { completeness: 0 } });
  expect(await texts(late, { memory_ids: [id] })).toEqual(['pump']);
  await on.clock.advance(1);
  expect(await late.retrieve_memory({ agent_id: 'a1', memory_ids: [id, 'nothing'] })).toMatchObject({
    value: { completeness: 1, missing: ['nothing'] },
  });
  expect(await late.get_memory_stats({})).toMatchObject({ value: { misses: 1 } });
});
