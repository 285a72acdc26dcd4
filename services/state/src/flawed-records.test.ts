import { expect, test } from 'vitest';
import { bed, replica } from './testing/started-state.ts';

const encoder = new TextEncoder();
const failure = (code: string) => ({ ok: false, failure: { code, details: expect.anything() } });

/** A sound record of every kind in every bucket, and what it is found under. */
const SOUND = {
  agents: 'a1',
  beliefs: 'p1',
  fact: 'memory f.f1',
  memory: 'memory m.a1.m1',
  flashbulb: 'memory fb.a1.fb1',
  item: 'memory w.mw.global.k.i1',
  note: 'backups backup.b1',
};
const CORRUPT = [
  'agents bad',
  'beliefs bad',
  'memory f.bad',
  'memory m.a1.bad',
  'memory fb.a1.badflash',
  'memory w.mw.global.k.bad',
  'backups backup.bad',
];
const NEWER = [
  'agents newer',
  'beliefs newer',
  'memory f.newer',
  'memory m.a1.newer',
  'memory fb.a1.newerflash',
  'memory w.mw.global.k.newer',
  'backups backup.newer',
];

type Bed = ReturnType<typeof bed>;
type Replica = Awaited<ReturnType<typeof replica>>;

async function fill(service: Replica): Promise<void> {
  const p1 = { project_id: 'p1', request_id: 'r-0' };
  const memory = { kind: 'observation', source: { service: 'test' } };
  const made = [
    service.update_agent_state({ agent_id: 'a1', patch: { mem_util: 0.5 }, create: true }),
    service.set_constraints({ ...p1, constraints: {}, expected_revision: 0 }),
    service.store_fact({ fact_id: 'f1', text: 'the pump leaks', source: 's' }),
    service.store_memory({ agent_id: 'a1', items: [{ ...memory, text: 'a leak', memory_id: 'm1' }] }),
    service.store_memory({ agent_id: 'a1', items: [{ ...memory, text: 'a fire', memory_id: 'fb1', salience: 0.9 }] }),
    service.set_item({ key: 'i1', value: 1, ttl_s: 86_400 }),
  ];
  for (const reply of await Promise.all(made)) expect(reply).toMatchObject({ ok: true });
}

/** Writes the bytes a faulty disk, or a program of next year, would have left. */
async function flaw({ server }: Bed, service: Replica): Promise<Map<string, string>> {
  const { broker } = service.store;
  const left = new Map<string, string>();
  const put = async (name: string, body: string) => {
    const [bucket = '', key = ''] = name.split(' ');
    await broker.write(`$KV.test_${bucket}.${key}`, encoder.encode(body));
    left.set(name, body);
  };
  for (const name of CORRUPT) await put(name, `{"half of ${name}":`);
  const kept = (name: string) => {
    const [bucket = '', key = ''] = name.split(' ');
    const stored = server.stream(`KV_test_${bucket}`)?.last(`$KV.test_${bucket}.${key}`);
    const { _h, _w, ...record } = JSON.parse(new TextDecoder().decode(stored?.body));
    return record;
  };
  const { agents, beliefs, fact, memory, flashbulb, item } = SOUND;
  const wellKnown = [`agents ${agents}`, `beliefs ${beliefs}`, fact, memory, flashbulb, item];
  for (const [i, name] of NEWER.entries()) {
    const record = wellKnown[i] === undefined ? {} : kept(wellKnown[i]);
    await put(name, JSON.stringify({ ...record, field_of_next_year: 1, _v: 9 }));
  }
  return left;
}

/** Whatever the service can be asked to do with a record that is flawed. */
const attempts = (service: Replica, which: 'bad' | 'newer') => [
  service.update_agent_state({ agent_id: which, patch: { mem_util: 1 } }),
  service.delete_agent_state({ agent_id: which }),
  service.advance_belief({ project_id: which, new_state: 'x', request_id: `r-${which}` }),
  service.store_fact({ fact_id: which, text: 'other', source: 's' }),
  service.delete_fact({ fact_id: which }),
  service.store_memory({ agent_id: 'a1', items: [{ kind: 'note', text: 'other', memory_id: which }] }),
  service.delete_memory({ agent_id: 'a1', memory_id: `${which}flash`, force: true }),
  service.set_item({ key: which, value: 2 }),
  service.delete_item({ key: which }),
];

async function flawedBed() {
  const on = bed();
  const first = await replica(on, 10);
  await fill(first);
  const left = await flaw(on, first);
  // One that starts beside them finds them there.
  const service = await replica(on, 20);
  await on.clock.advance(1000);
  return { on, first, service, left };
}

const stats = async (service: Replica) => {
  const reply = await service.get_state_stats({});
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.value;
};

test('state.A16: with a corrupt and a newer record in each bucket everything else works, and neither is overwritten', async () => {
  const { on, service, left } = await flawedBed();
  for (const which of ['bad', 'newer'] as const)
    for (const reply of await on.clock.through(Promise.all(attempts(service, which))))
      expect(reply).toEqual(failure('corrupt_record'));
  expect(await service.update_agent_state({ agent_id: 'a1', patch: { mem_util: 0.6 } })).toMatchObject({ ok: true });
  expect(await service.list_agents({})).toMatchObject({ value: { total: 1, completeness: expect.closeTo(1 / 3, 8) } });
  const advanced = await service.advance_belief({ project_id: 'p1', new_state: 'x', request_id: 'r-1' });
  expect(advanced).toMatchObject({ ok: true, value: { turn: 1 } });
  const found = await service.search_facts({ query: 'pump', mode: 'text' });
  expect(found).toMatchObject({ value: { facts: [{ fact: { fact_id: 'f1' } }] } });
  const remembered = await service.search_memory({ agent_id: 'a1', query: 'leak fire', mode: 'text' });
  expect(remembered.ok && remembered.value.hits).toHaveLength(2);
  expect(await service.get_item({ key: 'i1' })).toMatchObject({ value: { found: true, value: 1 } });
  const backup = service.backup_state({ backup_name: 'b2', wait_ms: 20_000 });
  await on.clock.advance(30_000);
  expect(await backup).toMatchObject({ ok: true, value: { status: 'verified' } });
  expect(await service.list_backups({})).toMatchObject({ value: { backups: [{ name: 'b2' }] } });
  for (const [name, body] of left) {
    const [bucket = '', key = ''] = name.split(' ');
    const now = on.server.stream(`KV_test_${bucket}`)?.last(`$KV.test_${bucket}.${key}`);
    expect(new TextDecoder().decode(now?.body), name).toBe(body);
  }
});

test('state.A16: both are counted, the corrupt one is in quarantine once, and the summary says so', async () => {
  const { on, first, service, left } = await flawedBed();
  for (const one of [first, service]) {
    for (const which of ['bad', 'newer'] as const) await on.clock.through(Promise.all(attempts(one, which)));
    await one.list_backups({});
    await on.clock.advance(1000);
    const { corrupt, newer, quarantined, flawed } = await stats(one);
    expect({ corrupt, newer, quarantined }).toEqual({ corrupt: 7, newer: 7, quarantined: 7 });
    const named = (kind: string) =>
      flawed.filter((one) => one.kind === kind).map(({ bucket, key }) => `${bucket} ${key}`);
    expect(named('corrupt_record').sort()).toEqual([...CORRUPT].sort());
    expect(named('newer_schema').sort()).toEqual([...NEWER].sort());
    expect(await one.get_state_summary({})).toMatchObject({
      value: {
        problems: expect.arrayContaining([
          'records: 7 corrupt, left as they are and copied to quarantine',
          'records: 7 of a newer program, not written over',
        ]),
      },
    });
  }
  const copies = CORRUPT.map((name) => {
    const [bucket = '', key = ''] = name.split(' ');
    const rev = on.server.stream(`KV_test_${bucket}`)?.last(`$KV.test_${bucket}.${key}`)?.seq;
    const copy = on.server.stream('SC_test_QUARANTINE')?.last(`test.log.quarantine.${bucket}.${rev}`);
    expect(copy?.header('Sc-Key')).toBe(key);
    return new TextDecoder().decode(copy?.body);
  });
  expect(copies).toEqual(CORRUPT.map((name) => left.get(name)));
  expect(on.told.filter((kind) => kind === 'record_corrupt')).toHaveLength(7);
});

test('a corrupt record that was repaired, and one that was removed, are counted no more; their copies stay', async () => {
  const { on, service } = await flawedBed();
  const sound = on.server.stream('KV_test_agents')?.last('$KV.test_agents.a1')?.body ?? new Uint8Array();
  await service.store.broker.write('$KV.test_agents.bad', sound);
  await service.store.broker.write('$KV.test_memory.f.bad', new Uint8Array(), { headers: [['KV-Operation', 'DEL']] });
  await on.clock.advance(60_000);
  const { corrupt, quarantined, flawed } = await stats(service);
  expect({ corrupt, quarantined }).toEqual({ corrupt: 2, quarantined: 4 });
  expect(flawed.some(({ key }) => key === 'bad' || key === 'f.bad')).toBe(false);
  expect(await service.list_agents({})).toMatchObject({ value: { total: 2 } });
});

test('what cannot be copied while the broker is away is copied when it is back', async () => {
  const { on, service } = await flawedBed();
  await service.store.broker.write('$KV.test_agents.late', encoder.encode('{"half":'));
  service.store.broker.disconnect();
  await on.clock.advance(60_000);
  service.store.broker.reconnect();
  await on.clock.advance(60_000);
  expect(await stats(service)).toMatchObject({ corrupt: 5, quarantined: 5 });
});
