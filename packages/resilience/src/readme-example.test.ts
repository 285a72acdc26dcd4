import { readFileSync } from 'node:fs';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { Decision } from './decision.ts';
import { patientPrices } from './readme-example.ts';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the listing of the README is the file that is tested here', () => {
  expect(text('../README.md')).toContain(`\`\`\`ts\n${text('./readme-example.ts')}\`\`\``);
});

test('the listing survives two failures of the function it wraps, and says what it did', async () => {
  const clock = new VirtualClock();
  const decisions: Decision[] = [];
  let asked = 0;
  const flaky = async () => {
    asked += 1;
    if (asked < 3) throw new Error('connection reset');
    return 42;
  };
  const price = patientPrices(flaky, {
    clock,
    random: { next: () => 0.5 },
    observe: (_target, decision) => decisions.push(decision),
  });
  const reply = price('sku-1');
  await clock.advance(75);
  expect(await reply).toBe(42);
  expect(decisions).toEqual([
    { layer: 'retry', decision: 'wait', code: 'internal', waitMs: 25 },
    { layer: 'retry', decision: 'wait', code: 'internal', waitMs: 50 },
  ]);
});
