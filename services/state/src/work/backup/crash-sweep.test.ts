import { leasesAsset, openRaw, type Store } from '@seedcore/store';
import type { Fate } from '@seedcore/store/testing';
import { type Deaths, MortalBench } from '@seedcore/tasks/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backupObjects, backupShelf } from '../../adapters/backup/backup-shelf.ts';
import { backupsAsset, bucketNotes } from '../../adapters/backup/bucket-notes.ts';
import { BACKUP_QUEUE, taskJobs } from '../../adapters/backup/task-jobs.ts';
import { stateAssets } from '../../adapters/buckets.ts';
import type { BackupNews } from '../../backup-ports.ts';
import { backupTask, restoreTask } from '../../domain/backup/names.ts';
import { plannedRestore, type RestoreRecord } from '../../domain/backup/restore-record.ts';
import { openDesk } from '../../open-backups.ts';
import { backupHandlers } from './backup-work.ts';
import { readManifest, verifyBackup } from './read-backup.ts';
import { takeBackup } from './take-backup.ts';

const fates = ['die', 'die_after'] as const satisfies readonly Fate[];
const AT = '2026-11-22T00:00:00.000Z';
const AGENTS = 30;
/** So small that there are several objects, batches and cursors. */
const PACE = { chunk: 12, batch: 4, save: 8 };
const GROUPS = ['agents', 'facts'] as const;
const silent: BackupNews = {
  ...{ backupDone: () => undefined, backupFailed: () => undefined, drillOk: () => undefined },
  ...{ drillFailed: () => undefined, restoreStarted: () => undefined, restoreDone: () => undefined },
};

/** What a scenario asks for, and what must come of it whoever dies. */
type Scenario = { readonly name: string; readonly mode: 'backup' | 'drill' | 'merge' | 'replace' };
const scenarios: readonly Scenario[] = [
  { name: 'state.A15 a replace', mode: 'replace' },
  { name: 'state.A15 a merge', mode: 'merge' },
  { name: 'state.A14 a drill', mode: 'drill' },
  { name: 'state.A13 a backup', mode: 'backup' },
];

describe.each(scenarios)('$name', (scenario) => {
  test('comes out as if nobody had died, wherever its process does', async () => {
    const { outcome: calm, bench } = await play(scenario);
    expect(calm.ended).toBe(scenario.mode === 'backup' ? 'verified' : 'done');
    expect(calm).toMatchObject({ atWork: undefined, streams: expect.not.arrayContaining(['KV_test_scratch']) });
    for (const [i, write] of bench.writes.entries())
      for (const fate of fates) {
        const { outcome, bench: struck } = await play(scenario, new Map([[i + 1, fate]]));
        expect(struck.died).toBe(1);
        expect(outcome, `${fate} at ${i + 1}: ${write}`).toEqual(calm);
      }
  });

  test('and so it does when it dies several times', async () => {
    const { outcome: calm, bench } = await play(scenario);
    const at = fc.integer({ min: 1, max: 2 * bench.writes.length });
    const deaths = fc.array(fc.tuple(at, fc.constantFrom(...fates)), { minLength: 2, maxLength: 3 });
    const check = async (drawn: readonly (readonly [number, (typeof fates)[number]])[]) => {
      const { outcome } = await play(scenario, new Map(drawn) satisfies Deaths);
      expect(outcome).toEqual(calm);
    };
    await fc.assert(fc.asyncProperty(deaths, check), { numRuns: 8 });
  });
});

async function play({ mode }: Scenario, deaths: Deaths = new Map()) {
  const bench = new MortalBench(deaths);
  const { store, tasks } = bench.process('people');
  const desk = openDesk(store, silent, PACE);
  await bench.passing(prepared(store, desk));
  await bench.passing(tasks.provision());
  bench.keep('host', async (process) => {
    const handlers = backupHandlers(openDesk(process.store, silent, PACE));
    const times = { ackWaitMs: 6_000, beatMs: 2_000 };
    await process.tasks.worker(BACKUP_QUEUE, { handlers, times, retry: { windowsMs: [1_000] } }).ready;
  });
  const jobs = taskJobs(tasks);
  const task = mode === 'backup' ? backupTask('b2') : restoreTask('x1');
  if (mode === 'backup') await bench.passing(jobs.submitBackup({ name: 'b2', groups: [...GROUPS], origin: 'asked' }));
  else {
    const wish = { restore_id: 'x1', backup_name: 'b1', mode, groups: [...GROUPS] };
    await bench.passing(desk.notes.beginRestore(plannedRestore(wish, AT)));
    await bench.passing(jobs.submitRestore('x1'));
  }
  await bench.passing(jobs.wait(task, 500_000, new AbortController().signal));
  await bench.clock.advance(10_000);
  return { bench, outcome: await outcomeOf(bench, store) };
}

/** A backup of agents and a fact, and what has become of them since. */
async function prepared(store: Store, desk: ReturnType<typeof openDesk>): Promise<void> {
  await store.provision([...stateAssets, backupsAsset, backupObjects, leasesAsset]);
  const agents = openRaw(store, 'agents', { expiring: false });
  const facts = openRaw(store, 'memory', { expiring: true });
  const all = Array.from({ length: AGENTS }, (_, i) => `a${String(i).padStart(3, '0')}`);
  await agents.write(all.map((key) => ({ key, expect: 0, body: agent(key, { epoch: 3 }) })));
  await facts.write([{ key: 'f.f1', expect: 0, body: bytes('{"rot":true}') }]);
  const run = { epoch: 1, beat: () => Promise.resolve() };
  await takeBackup(desk, { name: 'b1', groups: [...GROUPS], origin: 'asked' }, run);
  const rev = new Map((await agents.newest(all)).map((record) => [record.key, record.rev]));
  const over = (key: string, body?: Uint8Array) => ({ key, expect: rev.get(key) ?? 0, body });
  await agents.write([
    ...all
      .slice(0, 10)
      .map((key) => over(key, agent(key, { epoch: 5, mem_util: 0.5, updated_at: '2026-11-23T00:00:00Z' }))),
    ...all.slice(10, 16).map((key) => over(key)),
    ...['z1', 'z2'].map((key) => ({ key, expect: 0, body: agent(key, { epoch: 9 }) })),
  ]);
}

const bytes = (text: string) => new TextEncoder().encode(text);
const agent = (agent_id: string, fields: object) =>
  bytes(
    JSON.stringify({
      ...{ agent_id, organ_id: null, project_id: null, specialty: null, lifecycle: null, h: null, p: null },
      ...{ c: { value: 0.5, n: 0 }, mem_util: null, skills: {}, peers: {}, quality: [], archived: false, owner: null },
      ...{ counters: { tasks: 0, ok: 0, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 }, provenance: {} },
      ...{ epoch: 0, created_at: AT, updated_at: AT, _v: 1 },
      ...fields,
    }),
  );

/** Nothing in which two runs may differ: no times, no revisions, no ids of writes. */
async function outcomeOf(bench: MortalBench, store: Store) {
  const notes = bucketNotes(store);
  const record = await notes.restore('x1');
  const table = await readManifest(backupShelf(store), 'b2');
  if (table !== undefined) await verifyBackup(backupShelf(store), table, async () => undefined);
  const live = bench.server.stream('KV_test_agents');
  const { value: atWork } = (await store
    .bucket({ name: 'backups', schema: z.looseObject({}), version: 1 })
    .get('at_work')) ?? {
    value: undefined,
  };
  return {
    ended: record?.phase ?? (await notes.backup('b2'))?.status,
    counted: record && countsOf(record),
    content: table?.content_hash,
    objects: table?.groups.map(({ objects }) => objects.length),
    kept: (await backupShelf(store).names()).map(({ name }) => name.replace(/\.\d+-/, '.')).sort(),
    agents: live?.subjects('$KV.test_agents.>').map((subject) => `${subject} ${textOf(live.last(subject)?.body)}`),
    streams: bench.server.names,
    atWork,
  };
}

const countsOf = ({ written, deleted, kept, skipped, skipped_total, matches }: RestoreRecord) => ({
  ...{ written, deleted, kept, skipped, skipped_total, matches },
});

function textOf(body: Uint8Array | undefined): string {
  if (body === undefined || body.length === 0) return 'gone';
  const { _w: _, _h: __, ...value } = JSON.parse(new TextDecoder().decode(body));
  return JSON.stringify(value, Object.keys(value).sort());
}
