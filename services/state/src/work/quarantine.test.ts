import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { Flawed } from '../domain/flaw-book.ts';
import { Quarantine } from './quarantine.ts';

const record = (key: string, rev = 1, kind: Flawed['kind'] = 'corrupt_record') => ({
  ...{ bucket: 'agents', key, rev, kind },
  body: new Uint8Array(),
});

/** A shelf that refuses what it is told to, for as long as it is told so. */
function bed() {
  const clock = new VirtualClock();
  const kept: string[] = [];
  const reports: string[] = [];
  const refusals = new Map<string, MeshError>();
  const gone = new Set<string>();
  const quarantine = new Quarantine({
    clock,
    shelf: {
      async keep({ key, rev }) {
        const refusal = refusals.get(key);
        if (refusal !== undefined) throw refusal;
        const isNew = !kept.includes(`${key} ${rev}`);
        if (isNew) kept.push(`${key} ${rev}`);
        return isNew;
      },
      changed: async (records) => records.filter(({ key }) => gone.has(key)),
    },
    report: (where) => reports.push(where),
    onCorrupt: () => undefined,
  });
  return { clock, kept, reports, refusals, gone, quarantine };
}

test('a copy that cannot be made now is made later; one that can never be made keeps nobody waiting', async () => {
  const { clock, kept, reports, refusals, quarantine } = bed();
  refusals.set('huge', new MeshError('bad_request', { target: 'quarantine' }));
  refusals.set('unlucky', new MeshError('unavailable', { target: 'quarantine' }));
  for (const key of ['huge', 'plain', 'unlucky', 'last']) quarantine.note(record(key));
  await clock.advance(1);
  expect(kept).toEqual(['plain 1']);
  expect(reports).toEqual(['quarantine of agents huge', 'quarantine']);
  refusals.clear();
  await clock.advance(30_000);
  expect(kept).toEqual(['plain 1', 'unlucky 1', 'last 1']);
  expect(quarantine.book.counts).toEqual({ corrupt: 4, newer: 0 });
  await quarantine.stop();
});

test('one that is met again at the same revision is known; at a later one it is copied again; a newer one never', async () => {
  const { clock, kept, quarantine } = bed();
  for (const met of [record('a'), record('a'), record('a', 2), record('b', 1, 'newer_schema')]) {
    quarantine.note(met);
    await clock.advance(40_000);
  }
  expect(kept).toEqual(['a 1', 'a 2']);
  expect(quarantine.book.counts).toEqual({ corrupt: 1, newer: 1 });
  await quarantine.stop();
});

test('what was repaired is struck out, and with nothing left nobody looks any more', async () => {
  const { clock, gone, quarantine } = bed();
  quarantine.note(record('a'));
  await clock.advance(1);
  gone.add('a');
  await clock.advance(30_000);
  expect(quarantine.book.counts).toEqual({ corrupt: 0, newer: 0 });
  expect(clock.pending).toBe(0);
});
