import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';
import { Catalogue, type CatalogueChange } from './catalogue.ts';
import type { Declared } from './declared.ts';
import { cardOf } from './skill-card.ts';
import { untaught } from './teach.ts';

const card = (name: string, version = '1.0.0') =>
  cardOf(
    defineSkill({
      ...{ name, version, doc: '', input: z.strictObject({}), output: z.strictObject({}) },
      ...{ idempotent: true, isolation: 'thread', role: 'S' },
      run: () => ({}),
    }),
  );

/** A folder in memory: what each file declares by its content, and how often it was imported. */
function folder() {
  const clock = new VirtualClock();
  const contents = new Map<string, string>();
  const imported: string[] = [];
  const changes: CatalogueChange[] = [];
  const state = { readable: true };
  const declared = (content: string): Declared => {
    if (content.startsWith('bad')) return { ok: false, why: content };
    if (content === 'slow') return { ok: false, why: 'not in time', again: true };
    const [name = '', version] = content.split('@');
    return { ok: true, card: card(name, version) };
  };
  const catalogue = new Catalogue({
    builtIn: [card('own')],
    clock,
    changed: (change) => changes.push(change),
    files: {
      list: async () => {
        if (!state.readable) throw new MeshError('unavailable', { target: 'skills', message: 'no such folder' });
        return [...contents].map(([file, version]) => ({ file, version, source: `file:///${file}?v=${version}` }));
      },
      declare: async ({ file, version }) => {
        imported.push(file);
        return declared(version);
      },
    },
  });
  return { clock, contents, imported, changes, state, catalogue };
}

describe('a catalogue', () => {
  test('organism.A22: takes in what is dropped into the folder, without importing anything twice', async () => {
    const { catalogue, contents, imported, changes } = folder();
    const before = catalogue.hash;
    contents.set('a.ts', 'alpha');
    await catalogue.look();
    await catalogue.look();
    expect([...catalogue.skills.keys()]).toEqual(['alpha', 'own']);
    expect(catalogue.fromFiles).toEqual(['alpha']);
    expect(imported).toEqual(['a.ts']);
    expect(catalogue.hash).not.toBe(before);
    expect(changes).toEqual([{ catalogue_hash: catalogue.hash, added: ['alpha'], changed: [], removed: [] }]);
  });

  test('follows a file that changes, and forgets one that goes', async () => {
    const { catalogue, contents, changes } = folder();
    const empty = catalogue.hash;
    contents.set('a.ts', 'alpha');
    await catalogue.look();
    contents.set('a.ts', 'alpha@2.0.0');
    await catalogue.look();
    expect(catalogue.skills.get('alpha')?.version).toBe('2.0.0');
    contents.delete('a.ts');
    await catalogue.look();
    expect(changes.map(({ added, changed, removed }) => [added, changed, removed])).toEqual([
      [['alpha'], [], []],
      [[], ['alpha'], []],
      [[], [], ['alpha']],
    ]);
    expect(catalogue.hash).toBe(empty);
  });

  test('names bad files with their reason since when, and goes on with the others', async () => {
    const { catalogue, contents, clock } = folder();
    contents.set('a.ts', 'bad: threw').set('b.ts', 'beta').set('own.ts', 'own');
    await catalogue.look();
    const first = catalogue.bad();
    expect(first.map(({ file, why }) => [file, why])).toEqual([
      ['a.ts', 'bad: threw'],
      ['own.ts', 'own is a built-in skill'],
    ]);
    await clock.advance(60_000);
    await catalogue.look();
    expect(catalogue.bad()).toEqual(first);
    expect([...catalogue.skills.keys()]).toEqual(['beta', 'own']);
    contents.set('a.ts', 'alpha').delete('own.ts');
    await catalogue.look();
    expect(catalogue.bad()).toEqual([]);
  });

  test('tries again what was not imported in time, less and less often', async () => {
    const { catalogue, contents, clock, imported } = folder();
    contents.set('a.ts', 'slow');
    const times: number[] = [];
    for (let n = 0; n < 60; n++) {
      const before = imported.length;
      await catalogue.look();
      if (imported.length > before) times.push(clock.now());
      await clock.advance(10_000);
    }
    expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 30_000, 90_000, 210_000, 450_000]);
  });

  test('keeps what it has while the folder cannot be read, and says so', async () => {
    const { catalogue, contents, state } = folder();
    contents.set('a.ts', 'alpha');
    await catalogue.look();
    state.readable = false;
    await catalogue.look();
    expect(catalogue.skills.has('alpha')).toBe(true);
    expect(catalogue.bad()).toMatchObject([{ file: 'folder', why: 'no such folder' }]);
  });
});

test('new skills that no organ has are for the one that stands in for all, as far as it has room', () => {
  const organs = [
    { organId: 'stands_in', skills: ['a'] },
    { organId: 'other', skills: ['b'] },
  ];
  expect(untaught(['a', 'b', 'c'], organs, 'stands_in')).toEqual(['c']);
  expect(untaught(['c'], organs, 'nobody')).toEqual([]);
  const full = [{ organId: 'stands_in', skills: Array.from({ length: 63 }, (_, i) => `s${i}`) }];
  expect(untaught(['c', 'd'], full, 'stands_in')).toEqual(['c']);
});
