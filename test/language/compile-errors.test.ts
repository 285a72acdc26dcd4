import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, run } from '../support/program.ts';

const typeTest = readFileSync(join(root, 'packages/protocol/src/language/reply.test-d.ts'), 'utf8');
/** Lines that must not compile, by what is wrong with them. */
const held = new Map(
  typeTest
    .split('\n')
    .flatMap((line, i) => [...line.matchAll(/@ts-expect-error (.*)$/g)].map(([, why = '']) => [why, i + 2] as const)),
);

let folder: string;
let compiled: string;

/** The type test without the words that forgive its errors, as a project of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-types-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const unforgiven = typeTest
    .replaceAll('@ts-expect-error ', '')
    .replace("'../index.ts'", JSON.stringify(join(root, 'packages/protocol/src/index.ts')));
  const project = { extends: join(root, 'tsconfig.base.json'), files: ['language.ts'] };
  writeFileSync(join(folder, 'language.ts'), unforgiven);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
  compiled = (await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const errorLines = () => [...compiled.matchAll(/language\.ts\((\d+),\d+\): error TS/g)].map(([, line]) => Number(line));

test.each([
  'a missing handler',
  'an extra handler',
  'an undeclared failure code',
  'details of another shape',
  'a misspelt client method',
])('mesh.A1: %s does not compile', (why) => {
  expect(errorLines(), compiled).toContain(held.get(why));
});

test('nothing else of the type test is an error', () => {
  expect([...new Set(errorLines())].sort((a, b) => a - b)).toEqual([...held.values()]);
});
