import { expect, test } from 'vitest';
import { isAlive, judgeLeftover, type MeshState, parseState } from './state-file.ts';

const line = { state: 'ready', restarts: 0, startedAt: 1 } as const;
const state: MeshState = {
  version: 1,
  ns: 'seedcore-dev',
  url: 'nats://127.0.0.1:4222',
  supervisor: { ...line, name: 'up', pid: 10, marker: 'packages/cli/src/main.ts up' },
  processes: [
    { name: 'ml', pid: 11, state: 'ready', restarts: 2, startedAt: 2, marker: 'services/ml/src/main.ts' },
    { name: 'state', pid: 12, state: 'ready', restarts: 0, startedAt: 2, marker: 'services/state/src/main.ts' },
  ],
};
const processes = (commands: Record<number, string>) => (pid: number) => commands[pid];

test('a state survives the way through its file', () => {
  expect(parseState(JSON.stringify(state))).toEqual(state);
});

test.each(['', '{', '[]', '{"version":2}', '{"version":1,"ns":"a","url":"b","processes":[]}'])(
  'text that is no state is none: %s',
  (text) => {
    expect(parseState(text)).toBeUndefined();
  },
);

test('a state nobody runs any more is nothing', () => {
  expect(judgeLeftover(undefined, processes({}))).toEqual({ kind: 'nothing' });
  expect(judgeLeftover(state, processes({}))).toEqual({ kind: 'nothing' });
});

test('a living supervisor is a running mesh', () => {
  const commands = processes({ 10: 'node /r/packages/cli/src/main.ts up --bare' });
  expect(judgeLeftover(state, commands)).toEqual({ kind: 'running', state });
});

test('services without a supervisor are orphans; strangers with their numbers are not', () => {
  const commands = processes({ 10: 'bash', 11: 'node /r/services/ml/src/main.ts', 12: 'vim services.txt' });
  expect(judgeLeftover(state, commands)).toMatchObject({ kind: 'orphans', orphans: [{ name: 'ml' }] });
});

test('a line without a process number is not alive', () => {
  expect(isAlive({ pid: 0, marker: 'x' }, () => 'x')).toBe(false);
});
