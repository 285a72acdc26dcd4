import { backupGroup, type RoutingRules, routingRules } from '@seedcore/contracts';
import { bucketAsset, openRaw } from '@seedcore/store';
import { expect, test } from 'vitest';
import { start } from './testing/started-state.ts';

const WAIT = { wait_ms: 20_000 };
const rules = (fallback: string): RoutingRules => ({
  ...{ rules_by_task: { read_gauge: 'utility' }, rules_by_domain: {}, fallback },
  category_defaults: { cognitive: 'cognitive', actuator: 'actuator', utility: 'utility' },
});

test('state.A13 routing rules come back, and the epoch that is made of them and of who is there is left as it is', async () => {
  const service = await start();
  const { clock, store } = service;
  const asset = bucketAsset('rules', 'Rules.', { history: 10, epochs: true });
  await store.provision([asset]);
  const bucket = store.bucket({ name: 'rules', schema: routingRules, version: 1 });
  await bucket.update('routing', () => rules('utility'));
  const raw = openRaw(store, 'rules', { expiring: false });
  await raw.write([{ key: 'routing_epoch', expect: 0, body: Buffer.from('{}') }]);
  const backup = await clock.through(service.backup_state({ backup_name: 'b1', include: ['rules'], ...WAIT }));
  if (!backup.ok) throw new Error(JSON.stringify(backup));
  expect(backup.value).toMatchObject({ status: 'verified', records: 1 });
  await bucket.update('routing', () => rules('cognitive'));
  const before = await raw.newest(['routing_epoch']);
  const wish = { restore_id: 'x1', backup_name: 'b1', mode: 'replace' as const, confirm: backup.value.content_hash };
  const end = await clock.through(service.restore_state({ ...wish, force: true, reason: 'a test', ...WAIT }));
  expect(end).toMatchObject({ ok: true, value: { status: 'done', matches: true, written: 1, skipped: [] } });
  expect((await bucket.get('routing', { fresh: true }))?.value.fallback).toBe('utility');
  expect(await raw.newest(['routing_epoch'])).toEqual(before);
});

test('every group can be asked for at once', async () => {
  const { clock, backup_state } = await start();
  const all = await clock.through(backup_state({ backup_name: 'b1', include: backupGroup.options, ...WAIT }));
  expect(all).toMatchObject({ ok: true, value: { status: 'verified' } });
});
