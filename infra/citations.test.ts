import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Every test file of the repository. */
function testFiles(): readonly string[] {
  return ['packages', 'services', 'test', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => join(root, folder, name)),
  );
}

/** What the pages of the mesh number: invariants S and M, golden traces G, acceptance statements A. */
const NUMBERED = { S: 30, G: 22, M: 9, A: 28 } as const;

/** Every number that a test speaks of, as `mesh.A3`. */
function cited(): ReadonlySet<string> {
  return new Set(testFiles().flatMap((file) => readFileSync(file, 'utf8').match(/\b[a-z]+\.[A-Z]\d+\b/g) ?? []));
}

const upTo = (most: number, prefix: string): string[] => Array.from({ length: most }, (_, i) => `${prefix}${i + 1}`);

test('mesh.A3: every invariant, golden trace and acceptance statement of calling is cited by a test', () => {
  const all = Object.entries(NUMBERED).flatMap(([letter, most]) => upTo(most, `mesh.${letter}`));
  const known = cited();
  expect(all.filter((number) => !known.has(number))).toEqual([]);
});

test('every acceptance statement and golden scenario of durable work, and every invariant of tasks, is cited by a test', () => {
  const known = cited();
  const all = [...upTo(20, 'durable.A'), ...upTo(5, 'durable.G'), ...upTo(10, 'tasks.T')];
  expect(all.filter((number) => !known.has(number))).toEqual([]);
});
