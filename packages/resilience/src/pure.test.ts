import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('./', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const impure =
  /\b(new Date|Date\.|Math\.random|performance\.|setTimeout|setInterval|setImmediate|queueMicrotask|process\.\w|node:)/;

test.each(sources)('mesh.S1: %s asks nobody for the time and for chance but its caller', (name) => {
  expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(impure);
});
