import type { MicroInfo } from '@seedcore/mesh';
import { expect, test } from 'vitest';
import { serviceLines } from './ls.ts';

const instance = (name: string, id: string, ns?: string): MicroInfo => ({
  name,
  id,
  version: '0.1.0',
  description: `what ${name} does`,
  endpoints: [],
  metadata: { 'sc.contract': 'abc', ...(ns ? { ns } : {}) },
});

test('instances are grouped by service, in order of name', () => {
  const lines = serviceLines([instance('state', 's1', 'a'), instance('ml', 'm1', 'a'), instance('ml', 'm2', 'a')], 'a');
  expect(lines.map(({ service, instances }) => [service, instances])).toEqual([
    ['ml', 2],
    ['state', 1],
  ]);
});

test('other namespaces are left out; a service that names none is shown', () => {
  const lines = serviceLines([instance('ml', 'm1', 'other'), instance('billing', 'b1')], 'a');
  expect(lines.map(({ service }) => service)).toEqual(['billing']);
});
