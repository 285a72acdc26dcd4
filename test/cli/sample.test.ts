import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';

const titles = [
  'anomaly_triage: the recording',
  'anomaly_triage: its calm part',
  'analyze_series: the recording',
  'analyze_series: its calm part',
  'json_transform: its five highest values',
  'json_transform: its mean, rounded',
  'fact_store: its peak, as a fact',
  'fact_search: the fact, looked for',
  'wait: a short wait',
  'wait: a wait longer than its deadline',
  'half a message',
  'wait: a wait whose worker is killed',
];

let data: string;
let program: Program;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
  program = new Program(process.execPath, [
    join(root, 'packages/cli/src/main.ts'),
    'up',
    '--data',
    data,
    '--port',
    '0',
  ]);
  await program.printed(/^Ctrl-C finishes/m, 110_000);
});
afterAll(async () => {
  await program?.stop('SIGINT');
  rmSync(data, { recursive: true, force: true });
});

test('the table has a line for each, and a person who saw it can copy four commands', () => {
  for (const title of titles) expect(program.output).toContain(title);
  expect(program.output.match(/^ {2}(npx seedcore|nats) /gm)).toHaveLength(4);
});

test('the anomaly is found where it was recorded, and none where it was calm', () => {
  expect(line('anomaly_triage: the recording')).toMatch(/ml → .*energy.*cognitive.* anomalies at 171/);
  expect(line('anomaly_triage: its calm part')).toContain('no anomaly; decision hold (no_anomaly)');
  expect(line('analyze_series: the recording')).toContain('anomalies at 171');
  expect(line('analyze_series: its calm part')).toContain('no anomaly');
});

test('results are computed: the highest values, the mean, the fact that was stored', () => {
  expect(line('json_transform: its five highest values')).toContain('[402.754,6.759,6.076,5.714,5.603]');
  expect(line('json_transform: its mean, rounded')).toMatch(/ 4\.72 /);
  expect(line('fact_search: the fact, looked for')).toMatch(/found: In sample \w+ the round-trip time of ml\.rerank/);
});

test('a killed worker costs a second attempt, not the result', () => {
  expect(program.output).toMatch(/killing organism \(process \d+\) while \S+ runs a task/);
  expect(program.output).toMatch(/organism +stopped \(killed by SIGKILL\); starting it again at once/);
  expect(line('wait: a wait whose worker is killed')).toMatch(/utility_organ_1 +2 +waited (?:[3-9]|\d\d)/);
});

test('what cannot be done is an honest error', () => {
  expect(line('wait: a wait longer than its deadline')).toMatch(/expired: deadline_exceeded|failed: too_long/);
  expect(line('half a message')).toContain('failed: bad_message');
});

function line(title: string): string {
  return program.output.split('\n').find((one) => one.includes(title)) ?? '';
}
