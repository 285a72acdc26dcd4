import { VirtualClock } from '@seedcore/protocol/testing';
import { beforeEach, expect, test } from 'vitest';
import { type LaunchedProcess, SupervisedProcess } from './supervised-process.ts';

class FakeProcess implements LaunchedProcess {
  readonly pid: number;
  readonly signals: string[] = [];
  ready = false;
  readonly #end = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  readonly ended = this.#end.promise;

  constructor(pid: number) {
    this.pid = pid;
  }

  end(code: number | null, signal: string | null = null): void {
    this.#end.resolve({ code, signal });
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.signals.push(name);
    if (name === 'SIGKILL') this.end(null, name);
  }

  async isReady(): Promise<boolean> {
    return this.ready;
  }
}

let clock: VirtualClock;
let said: string[];
let launched: FakeProcess[];
let supervised: SupervisedProcess;

beforeEach(() => {
  clock = new VirtualClock();
  said = [];
  launched = [];
  supervised = new SupervisedProcess({
    clock,
    name: 'ml',
    marker: 'services/ml/src/main.ts',
    launch: () => {
      const process = new FakeProcess(100 + launched.length);
      launched.push(process);
      return process;
    },
    say: (text) => said.push(text),
    changed: () => undefined,
  });
});

test('it says when a process is ready and how long that took', async () => {
  const ready = supervised.start();
  await clock.advance(1000);
  latest().ready = true;
  await clock.advance(200);
  await ready;
  expect(said).toEqual(['ml           ready in 1.1 s']);
  expect(supervised.line()).toMatchObject({ name: 'ml', pid: 100, state: 'ready', restarts: 0 });
});

test('a process that is killed is started again at once, under a new number', async () => {
  await started();
  latest().end(null, 'SIGKILL');
  await clock.advance(1);
  expect(said.at(-1)).toBe('ml           stopped (killed by SIGKILL); starting it again at once');
  expect(supervised.line()).toMatchObject({ pid: 101, state: 'restarting', restarts: 1 });
  latest().ready = true;
  await clock.advance(200);
  expect(said.at(-1)).toMatch(/^ml {11}ready again \(restart 1\) in /);
});

test('a process that keeps crashing is started ever more slowly', async () => {
  void supervised.start();
  const waits: number[] = [];
  for (let crash = 0; crash < 4; crash++) {
    const crashedAt = clock.now();
    const before = launched.length;
    latest().end(1);
    while (launched.length === before) await clock.advance(100);
    waits.push(clock.now() - crashedAt);
  }
  expect(waits).toEqual([100, 500, 1000, 2000]);
});

test('wrong configuration is not tried again', async () => {
  const ready = supervised.start();
  latest().end(78);
  await expect(ready).rejects.toThrow('ml: its configuration is wrong');
  await clock.advance(60_000);
  expect(launched).toHaveLength(1);
  expect(supervised.line().state).toBe('given_up');
});

test('stopping asks first and is clean when the process ends by itself', async () => {
  await started();
  const stopping = supervised.stop(1000);
  latest().end(0);
  expect(await stopping).toMatchObject({ name: 'ml', clean: true, how: 'exit code 0' });
  expect(latest().signals).toEqual(['SIGTERM']);
  await clock.advance(60_000);
  expect(launched).toHaveLength(1);
});

test('a process that does not end is killed when its time is over', async () => {
  await started();
  const stopping = supervised.stop(1000);
  await clock.advance(1000);
  expect(await stopping).toMatchObject({ clean: false, how: 'killed by SIGKILL', ms: 1000 });
});

test('stopping while a restart is due starts nothing more', async () => {
  await started();
  latest().end(1);
  await clock.advance(1);
  latest().end(1);
  await clock.advance(1);
  expect(launched).toHaveLength(2);
  const stopping = supervised.stop(1000);
  await clock.advance(20_000);
  await stopping;
  expect(launched).toHaveLength(2);
});

async function started(): Promise<void> {
  const ready = supervised.start();
  latest().ready = true;
  await clock.advance(100);
  await ready;
}

function latest(): FakeProcess {
  const process = launched.at(-1);
  if (!process) throw new Error('nothing was launched');
  return process;
}
