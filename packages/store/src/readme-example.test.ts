import { readFileSync } from 'node:fs';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { countVisit } from './readme-example.ts';
import { memoryStore } from './testing/index.ts';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the listing of the README is the file that is tested here', () => {
  expect(text('../README.md')).toContain(`\`\`\`ts\n${text('./readme-example.ts')}\`\`\``);
});

test('the listing counts', async () => {
  const store = memoryStore({ clock: new VirtualClock(), random: new SeededRandom(1) });
  expect(await countVisit(store, 'ada')).toBe(1);
  expect(await countVisit(store, 'ada')).toBe(2);
});
