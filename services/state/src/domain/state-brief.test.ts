import { expect, test } from 'vitest';
import { agent, bucket, organ, source, WALL } from '../testing/snapshot-sources.ts';
import type { BackupNote } from './backup/backup-note.ts';
import { partsOf } from './snapshot.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import { type BriefFacts, stateBrief } from './state-brief.ts';

const HOUR_MS = 3_600_000;
const backup = (name: string, hoursAgo: number, more: Partial<BackupNote> = {}): BackupNote => ({
  ...{ name, status: 'verified', origin: 'asked', groups: ['agents'], records: 1, bytes: 1 },
  created_at: new Date(WALL - hoursAgo * HOUR_MS).toISOString(),
  ...more,
});
const brief = (of: SnapshotSource, more: Partial<BriefFacts> = {}) =>
  stateBrief({
    ...{ source: of, parts: partsOf(of, of.agents, of.agents), wallMs: WALL },
    memories: { long_term: 3, flashbulb: 2, episode: 1 },
    ...{ backups: [backup('b1', 5)], flaws: { corrupt: 0, newer: 0 } },
    ...more,
  });

test('a whole mesh that was backed up has no problems', () => {
  const well = brief(
    source({ agents: [agent('a1', {}, 700), agent('a2', {}, 900)], facts: { count: 4, bytes: 9, coverage: 1 } }),
  );
  expect(well).toMatchObject({
    agents: { known: 2, alive: 2, late: 0, silent: 0, unknown: 0, archived: 0 },
    oldest_heartbeat_ms: 900,
    completeness: 1,
    memory: { facts: 4, long_term: 3, flashbulb: 2, episode: 1 },
    last_backup: { name: 'b1', status: 'verified' },
    last_drill: null,
    problems: [],
    problems_more: 0,
  });
});

test('problems stand in the order of the harm they do', () => {
  const agents = [agent('a1', { organ_id: 'o1' }, 74_000)];
  const buckets = { ...source().buckets, memory: bucket({ withheld: new Map([['f1', 'corrupt record']]) }) };
  const census = { ...source().census, mode: undefined };
  const drilled = { drilled_at: new Date(WALL).toISOString(), drill_ok: false };
  const backups = [backup('b2', 1, { status: 'failed', why: 'no room' }), backup('b1', 72, drilled)];
  const { problems, last_backup, last_drill } = brief(source({ agents, organs: [organ('o1')], buckets, census }), {
    backups,
  });
  expect(problems).toEqual([
    'facts f1: corrupt record',
    'mode: nobody has checked for 30 s',
    'organ o1: no member alive',
    'agent a1: silent for 74 s',
    'backup b1: did not come back in its drill',
    'backup b2: no room',
    'backups: the newest is 3 days old',
  ]);
  expect([last_backup?.name, last_drill]).toEqual(['b2', { name: 'b1', ok: false, at: drilled.drilled_at }]);
});

test('what is not known about backups is a problem of its own', () => {
  expect(brief(source(), { backups: undefined }).problems).toEqual(['backups: cannot be read']);
  expect(brief(source(), { backups: [] })).toMatchObject({
    last_backup: null,
    problems: ['backups: none has been verified'],
  });
});

test('however much is wrong, it stays within 2 KiB', () => {
  const agents = Array.from({ length: 400 }, (_, i) => agent(`${'long-name-'.repeat(6)}${i}`, {}, 90_000));
  const worst = brief(source({ agents }), { backups: undefined });
  expect([worst.problems.length, worst.problems_more]).toEqual([10, 391]);
  expect(JSON.stringify(worst).length).toBeLessThanOrEqual(2048);
});
