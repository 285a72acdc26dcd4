import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bestOf, found } from './readme-example.ts';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the listing of the README is the file that is tested here', () => {
  expect(text('../README.md')).toContain(`\`\`\`ts\n${text('./readme-example.ts')}\`\`\``);
});

test('the listing finds what it says', () => {
  expect(found).toEqual(['b', 'a']);
  expect(bestOf('cat mat', ['birds fly high', 'the cat sat on the mat'])).toBe(1);
});
