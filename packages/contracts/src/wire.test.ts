import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contractHash, describeService, exampleOf } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { contracts } from './registry.ts';

const folder = new URL('../wire/', import.meta.url);
const snapshot = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

describe.each([...contracts])('%s', (name, contract) => {
  test('mesh.A2: its wire snapshot is the contract: run "npm run wire" after a deliberate change', () => {
    expect(snapshot(name)).toEqual(
      JSON.parse(JSON.stringify({ contract: contractHash(contract), ...describeService(contract) })),
    );
  });

  test.each(Object.entries(contract.endpoints))('the example of %s validates', (_endpoint, target) => {
    expect(target.input.safeParse(exampleOf(target.input)).error?.issues ?? []).toEqual([]);
  });
});

test('no snapshot outlives its contract', () => {
  const files = readdirSync(fileURLToPath(folder)).map((file) => file.replace(/\.json$/, ''));
  expect(files.sort()).toEqual([...contracts.keys()].sort());
});
