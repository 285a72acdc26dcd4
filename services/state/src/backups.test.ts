import { bucketAsset, openRaw, storageFull } from '@seedcore/store';
import { memoryTasks, SeededRandom } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { AT_WORK, holderBucket } from './adapters/backup/bucket-notes.ts';
import { stateAssets } from './adapters/buckets.ts';
import { bed, replica, start } from './testing/started-state.ts';

type Service = Awaited<ReturnType<typeof start>>;
const failure = (code: string, details: unknown = expect.anything()) => ({ ok: false, failure: { code, details } });
const WAIT = { wait_ms: 20_000 };

/** Two agents, a fact, and a project in its second turn. */
async function remember(
  service: Pick<Service, 'update_agent_state' | 'store_fact' | 'set_constraints' | 'advance_belief'>,
) {
  for (const agent_id of ['a1', 'a2'])
    await service.update_agent_state({ agent_id, patch: { mem_util: 0.25 }, create: true, epoch: 7 });
  await service.store_fact({ text: 'the valve leaks', source: 'inspection' });
  await service.set_constraints({ project_id: 'p1', constraints: {}, expected_revision: 0, request_id: 'r-0' });
  for (const request_id of ['r-1', 'r-2'])
    await service.advance_belief({ project_id: 'p1', new_state: 's', request_id });
}

async function backedUp() {
  const service = await start();
  await remember(service);
  const reply = await service.clock.through(service.backup_state({ backup_name: 'b1', ...WAIT }));
  if (!reply.ok) throw new Error('no backup');
  return { service, clock: service.clock, backup: reply.value, hash: reply.value.content_hash ?? '' };
}

const replacing = (hash: string, restore_id = 'x1') => ({
  ...{ restore_id, backup_name: 'b1', mode: 'replace' as const, confirm: hash },
  ...{ force: true, reason: 'a test', ...WAIT },
});

test('a backup is verified, told of, listed, and taken once under its name', async () => {
  const { service, clock, backup } = await backedUp();
  // Two agents, a fact, a belief with its three requests, and two schedules.
  expect(backup).toMatchObject({ backup_name: 'b1', status: 'verified', records: 9 });
  expect(await clock.through(service.backup_state({ backup_name: 'b1' }))).toEqual({ ok: true, value: backup });
  expect(await service.backup_state({ backup_name: 'b1', include: ['agents'] })).toEqual(
    failure('backup_exists', { backup_name: 'b1' }),
  );
  const { backups } = await value(service.list_backups({}));
  expect(backups).toMatchObject([{ name: 'b1', status: 'verified', content_hash: backup.content_hash, records: 9 }]);
  expect(service.told).toContain('backup_done');
});

test('state.A13 after a backup, a wipe and a restore the content hash is the same, and new owners take over at once', async () => {
  const { service, hash } = await backedUp();
  const { clock, server } = service;
  await clock.through(service.running.drain?.(1000) ?? Promise.resolve());
  for (const { name } of [...stateAssets, { name: 'tasks' }, { name: 'backups' }]) server.drop(bucketAsset(name, ''));
  const anew = await replica(service, 11);
  expect(await anew.get_agent_state({ agent_id: 'a1', consistency: 'leader' })).toEqual(failure('unknown_agent'));
  const restored = await clock.through(anew.restore_state(replacing(hash)));
  expect(restored).toMatchObject({
    ok: true,
    value: { status: 'done', phase: 'done', matches: true, skipped: [], deleted: 0, safety_backup: 'safety-x1' },
  });
  const again = await value(clock.through(anew.backup_state({ backup_name: 'b2', ...WAIT })));
  expect(again).toMatchObject({ status: 'verified', content_hash: hash });
  expect(await anew.get_belief({ project_id: 'p1' })).toMatchObject({ value: { belief: { turn: 2 } } });
  expect(await anew.advance_belief({ project_id: 'p1', new_state: 's', request_id: 'r-2' })).toMatchObject({
    value: { turn: 2, duplicate: true },
  });
  const wish = { agent_id: 'a1', patch: { mem_util: 0.5 } };
  expect(await anew.update_agent_state({ ...wish, epoch: 6 })).toEqual(failure('stale_epoch', { current_epoch: 7 }));
  expect(await anew.update_agent_state({ ...wish, epoch: 8 })).toMatchObject({ ok: true });
  const told = service.told.filter((kind) => kind.startsWith('restore'));
  expect(told).toEqual(['restore_started', 'restore_done']);
});

test('state.A13 state.A14 a flipped byte of any object, a missing one and a cut one are named, and nothing is written', async () => {
  const { service, clock, hash } = await backedUp();
  const objects = service.server.stream('OBJ_test_backups');
  const agents = service.server.stream('KV_test_agents');
  const before = agents?.lastSeq;
  const verified = async (id: string, mode: 'verify' | 'drill' | 'replace' = 'verify') =>
    clock.through(service.restore_state({ ...replacing(hash, id), mode }));
  expect(await verified('whole')).toMatchObject({ ok: true, value: { status: 'done', matches: true } });
  let n = 0;
  for (const message of [...(objects?.matching('$O.test_backups.C.>') ?? [])]) {
    const at = Math.floor(message.body.length / 2);
    message.body[at] = (message.body[at] ?? 0) ^ 1;
    const mode = n % 2 === 0 ? 'verify' : 'replace';
    expect(await verified(`flipped-${n++}`, mode)).toEqual(
      failure('hash_mismatch', {
        object: expect.stringMatching(/^b1\./),
        want: expect.anything(),
        got: expect.anything(),
      }),
    );
    message.body[at] = (message.body[at] ?? 0) ^ 1;
  }
  expect(n).toBeGreaterThan(3);
  expect(await verified('mended')).toMatchObject({ ok: true });
  const kept = service.store.objects('backups');
  const { name = '' } = (await kept.some(100)).find((object) => object.name.startsWith('b1.agents')) ?? {};
  const bytes = (await kept.get(name)) ?? new Uint8Array();
  await kept.remove(name);
  expect(await verified('missing', 'drill')).toEqual(
    failure('hash_mismatch', { object: name, want: expect.anything(), got: 'missing' }),
  );
  await kept.put(name, bytes.subarray(0, bytes.length - 10), { ttlMs: 60_000 });
  expect(await verified('cut', 'drill')).toEqual(failure('hash_mismatch', expect.objectContaining({ object: name })));
  expect(agents?.lastSeq).toBe(before);
  expect(service.told.filter((kind) => kind === 'drill_failed')).toHaveLength(2);
  expect((await value(service.list_backups({}))).backups).toMatchObject([{ name: 'b1', drill_ok: false }]);
});

test('state.A14 a drill reads every record as today, leaves no bucket behind, and finds the one of a newer program', async () => {
  const { service, clock } = await backedUp();
  const drill = { backup_name: 'b1', mode: 'drill' as const, ...WAIT };
  const tried = await value(clock.through(service.restore_state({ ...drill, restore_id: 'd1' })));
  expect(tried).toMatchObject({ status: 'done', matches: true, written: 9, skipped: [] });
  expect(service.server.names).not.toContain('KV_test_scratch');
  const raw = openRaw(service.store, 'agents', { expiring: false });
  await raw.write([{ key: 'newer', expect: 0, body: Buffer.from('{"agent_id":"newer","_v":2}') }]);
  await clock.through(service.backup_state({ backup_name: 'b2', ...WAIT }));
  const found = await value(clock.through(service.restore_state({ ...drill, backup_name: 'b2', restore_id: 'd2' })));
  expect(found).toMatchObject({ matches: true, skipped: [{ key: 'agents/newer', why: 'newer_schema' }] });
  expect(service.told.filter((kind) => kind.startsWith('drill'))).toEqual(['drill_ok', 'drill_failed']);
  const { backups } = await value(service.list_backups({}));
  expect(backups.map(({ name, drill_ok }) => [name, drill_ok]).sort()).toEqual([
    ['b1', true],
    ['b2', false],
  ]);
  expect(service.server.names).not.toContain('KV_test_scratch');
});

test('state.A15 replace without confirm, with a wrong hash, or outside of an emergency without force writes nothing', async () => {
  const { service, hash } = await backedUp();
  const before = ['agents', 'beliefs', 'memory', 'tasks', 'backups'].map(
    (name) => service.server.stream(`KV_test_${name}`)?.lastSeq,
  );
  const { confirm: _, ...unconfirmed } = replacing(hash);
  expect(await service.restore_state(unconfirmed)).toEqual(failure('confirm_required', { content_hash: hash }));
  expect(await service.restore_state({ ...replacing(hash), confirm: 'f'.repeat(64) })).toEqual(
    failure('confirm_required'),
  );
  expect(await service.restore_state({ ...replacing(hash), force: false })).toEqual(
    failure('mode_forbids', { mode: 'UNKNOWN' }),
  );
  const { reason: __, ...groundless } = replacing(hash);
  expect(await service.restore_state(groundless)).toEqual(failure('mode_forbids'));
  expect(await service.restore_state({ ...replacing(hash), backup_name: 'none' })).toEqual(failure('unknown_backup'));
  const after = ['agents', 'beliefs', 'memory', 'tasks', 'backups'].map(
    (name) => service.server.stream(`KV_test_${name}`)?.lastSeq,
  );
  expect(after).toEqual(before);
});

test('merge writes what is absent or older; replace makes it as it was, and old writers stay fenced', async () => {
  const { service, clock, hash } = await backedUp();
  await clock.advance(1000);
  await service.update_agent_state({ agent_id: 'a1', patch: { mem_util: 0.75 }, epoch: 9 });
  await service.delete_agent_state({ agent_id: 'a2' });
  await service.update_agent_state({ agent_id: 'a3', patch: {}, create: true });
  const merged = await value(clock.through(service.restore_state({ ...replacing(hash, 'm1'), mode: 'merge' })));
  expect(merged).toMatchObject({ status: 'done', matches: true, written: 1, deleted: 0, kept: 1, skipped: [] });
  const read = (agent_id: string) => service.get_agent_state({ agent_id, consistency: 'leader' });
  expect(await read('a1')).toMatchObject({ value: { agent: { mem_util: 0.75 } } });
  expect(await read('a2')).toMatchObject({ value: { agent: { mem_util: 0.25 } } });
  const replaced = await value(clock.through(service.restore_state(replacing(hash))));
  expect(replaced).toMatchObject({ status: 'done', matches: true, written: 1, deleted: 1, skipped: [] });
  // state.A8 across a restore: what epoch 9 had written is gone, and epoch 8 is of the past all the same.
  expect(await read('a1')).toMatchObject({ value: { agent: { mem_util: 0.25, epoch: 9 } } });
  expect(await service.update_agent_state({ agent_id: 'a1', patch: {}, epoch: 8 })).toEqual(
    failure('stale_epoch', { current_epoch: 9 }),
  );
  expect(await read('a3')).toEqual(failure('unknown_agent'));
  // Told again under its id it is not done again.
  await service.update_agent_state({ agent_id: 'a3', patch: {}, create: true });
  expect(await value(clock.through(service.restore_state(replacing(hash))))).toEqual(replaced);
  expect(await read('a3')).toMatchObject({ ok: true });
});

test('state.A16 what is corrupt or of a newer program is kept byte for byte, and neither restored nor written over', async () => {
  const { service, clock } = await backedUp();
  const raw = openRaw(service.store, 'agents', { expiring: false });
  const rot = Buffer.from('rot');
  const newer = Buffer.from('{"agent_id":"newer","_v":2}');
  const [a1] = await raw.newest(['a1']);
  await raw.write([
    { key: 'rotten', expect: 0, body: rot },
    { key: 'newer', expect: 0, body: newer },
  ]);
  const wish = { backup_name: 'b2', include: ['agents' as const] };
  const backup = await value(clock.through(service.backup_state({ ...wish, ...WAIT })));
  expect(backup).toMatchObject({ status: 'verified', records: 4 });
  // One is gone, one is what a newer program has made of it since.
  await raw.write([
    { key: 'rotten', expect: (await raw.newest(['rotten']))[0]?.rev ?? 0 },
    { key: 'a1', expect: a1?.rev ?? 0, body: newer },
  ]);
  const restored = await value(
    clock.through(service.restore_state({ ...replacing(backup.content_hash ?? ''), ...wish })),
  );
  expect(restored).toMatchObject({
    ...{ status: 'done', written: 0, deleted: 0, skipped_total: 3 },
    skipped: [
      { key: 'agents/a1', why: 'newer_schema' },
      { key: 'agents/newer', why: 'newer_schema' },
      { key: 'agents/rotten', why: 'corrupt_record' },
    ],
  });
  const now = await raw.newest(['a1', 'newer', 'rotten']);
  expect(now.map(({ key, body }) => [key, Buffer.from(body).toString()])).toEqual([
    ['a1', newer.toString()],
    ['newer', newer.toString()],
  ]);
});

test('while a restore holds a group nobody else writes it, and nothing else begins', async () => {
  const { service, clock } = await backedUp();
  const holders = holderBucket(service.store);
  const held = { task_id: 'restore-x', name: 'b1', held: ['agents' as const], renewed_at: '2026-11-22T00:00:00Z' };
  await holders.createOnce(AT_WORK, held);
  await clock.advance(10);
  const refused = failure('restoring', { groups: ['agents'] });
  expect(await service.update_agent_state({ agent_id: 'a1', patch: {} })).toEqual(refused);
  expect(await service.delete_agent_state({ agent_id: 'a1' })).toEqual(refused);
  expect(await service.store_fact({ text: 'the pump hums', source: 'inspection' })).toMatchObject({ ok: true });
  expect(await service.backup_state({ backup_name: 'b2' })).toEqual(failure('busy', { backup_name: 'b1' }));
  expect(await service.restore_state({ backup_name: 'b1' })).toEqual(failure('busy', { backup_name: 'b1' }));
  // Whoever held it is gone for good: the right lapses.
  await clock.advance(125_000);
  expect(await service.update_agent_state({ agent_id: 'a1', patch: { mem_util: 0.5 } })).toMatchObject({ ok: true });
  expect(await clock.through(service.backup_state({ backup_name: 'b2', ...WAIT }))).toMatchObject({
    value: { status: 'verified' },
  });
});

test('without room for its objects a backup fails, is told of, and leaves earlier ones alone', async () => {
  const { service, clock } = await backedUp();
  const put = service.store.broker.writeTogether.bind(service.store.broker);
  service.store.broker.writeTogether = async (messages) => {
    if (messages[0]?.subject.startsWith('$O.')) throw storageFull('objects');
    return put(messages);
  };
  const failed = await value(clock.through(service.backup_state({ backup_name: 'b2', ...WAIT })));
  expect(failed).toMatchObject({ status: 'failed', why: expect.any(String) });
  expect(service.told).toContain('backup_failed');
  const { backups } = await value(service.list_backups({}));
  expect(backups.map(({ name, status }) => [name, status]).sort()).toEqual([
    ['b1', 'verified'],
    ['b2', 'failed'],
  ]);
});

test('every night a backup is taken, every week the newest one is tried', async () => {
  const on = bed();
  memoryTasks({
    clock: on.clock,
    random: new SeededRandom(5),
    server: on.server,
    instance: 'coordinator',
  }).tasks.system();
  const service = await replica(on);
  await remember(service);
  await on.clock.advance(5 * 3_600_000);
  const { backups } = await value(service.list_backups({}));
  // The 22nd of November 2026 is a Sunday.
  expect(backups).toMatchObject([{ name: '20261122T020000Z', status: 'verified', drill_ok: true }]);
});

async function value<V>(reply: Promise<{ ok: true; value: V } | { ok: false; failure: unknown }>): Promise<V> {
  const answer = await reply;
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.failure)}`);
  return answer.value;
}
