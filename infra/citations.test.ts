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

test('mesh.A3: every invariant, golden trace and acceptance statement of calling is cited by a test', () => {
  const cited = new Set(testFiles().flatMap((file) => readFileSync(file, 'utf8').match(/mesh\.[A-Z]\d+/g) ?? []));
  const all = Object.entries(NUMBERED).flatMap(([letter, most]) =>
    Array.from({ length: most }, (_, i) => `mesh.${letter}${i + 1}`),
  );
  expect(all.filter((number) => !cited.has(number))).toEqual([]);
});
