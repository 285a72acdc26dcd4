import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSkill } from './new-skill.ts';

let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seedcore-new-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

const make = (name: string, { env = {}, json = false, into = folder } = {}) =>
  newSkill(name, { json, into }, { env, out: (line) => lines.push(line) });

test('writes a skill of that name and its test, and says how to test and to run it', async () => {
  expect(await make('weather')).toBe(0);
  expect(await readFile(join(folder, 'weather.ts'), 'utf8')).toContain("name: 'weather'");
  expect(await readFile(join(folder, 'weather.test.ts'), 'utf8')).toContain("from './weather.ts'");
  expect(lines.map((line) => line.split(/ +/)[0])).toEqual(['wrote', 'wrote', 'test', 'run']);
  expect(lines.at(-1)).toContain('"type":"weather"');
});

test('writes into the folder organism is told to look at, when it is told so itself', async () => {
  const given = { json: true, into: undefined as never };
  await newSkill('weather', given, { env: { SEEDCORE_SKILLS: folder }, out: (line) => lines.push(line) });
  expect(JSON.parse(lines[0] ?? '').files).toEqual([join(folder, 'weather.ts'), join(folder, 'weather.test.ts')]);
});

test('overwrites nothing', async () => {
  await writeFile(join(folder, 'weather.ts'), 'mine');
  await expect(make('weather')).rejects.toThrow('weather.ts is there already; nothing was changed');
  expect(await readFile(join(folder, 'weather.ts'), 'utf8')).toBe('mine');
});

test.each(['', 'Weather', '../up', '1st', 'a'.repeat(38)])('"%s" can be no name of a skill', async (name) => {
  await expect(make(name)).rejects.toMatchObject({ exitCode: 64 });
  expect(lines).toEqual([]);
});
