import { afterEach, describe, expect, test, vi } from 'vitest';
import { builtInSkills } from '../skill/built-in/index.ts';
import { Stopped } from '../skill/stopped.ts';
import { FakeHost, orderOf } from '../testing/fake-host.ts';
import type { StartCarrier } from './carrier.ts';
import { machineClock } from './clock-machine.ts';
import { Isolate } from './isolate.ts';
import { startProcess } from './process-carrier.ts';
import { startThread } from './thread-carrier.ts';

// Real threads and processes on a busy machine: slow to start, never waited for by time.
vi.setConfig({ testTimeout: 60_000 });

const open: Isolate[] = [];
afterEach(() => {
  for (const isolate of open.splice(0)) isolate.close();
});

function isolateOn(start: StartCarrier) {
  const isolate = new Isolate({ clock: machineClock, start });
  open.push(isolate);
  return (name: string, input: unknown, signal = new AbortController().signal, host = new FakeHost()) => {
    const skill = builtInSkills.find((one) => one.name === name);
    if (skill === undefined) throw new RangeError(name);
    const small = { ...skill, graceMs: 100, limits: { ...skill.limits, memoryMb: 64 } };
    return isolate.run(small, orderOf(name, input), { host, signal, started: () => undefined });
  };
}

const transform = (expression: string, data: unknown = {}) => ({ data, expression });
/** Backtracks for longer than anybody waits. */
const RUNAWAY = transform('$match(s, /(a+)+$/)', { s: `${'a'.repeat(60)}!` });

describe.each([
  ['a thread', startThread({})],
  ['a process', startProcess({})],
])('%s', (_, start) => {
  test('runs a skill, and the next one after it', async () => {
    const run = isolateOn(start);
    expect(await run('json_transform', transform('1 + 1'))).toMatchObject({ end: 'ok', output: { result: 2 } });
    expect(await run('json_transform', transform('2 + 2'))).toMatchObject({ end: 'ok', output: { result: 4 } });
  });

  test('reaches its host for everything else', async () => {
    const run = isolateOn(start);
    const host = new FakeHost(() => ({ ok: true, value: { points: [] } }));
    const end = await run('analyze_series', { values: [1, 2, 3] }, undefined, host);
    expect(end).toMatchObject({ end: 'ok', output: { anomalies: [] } });
    expect(host.requests).toMatchObject([{ op: 'call', service: 'ml', endpoint: 'detect_anomaly' }]);
  });

  test('is ended while a regular expression runs away in it, and a fresh one works on', async () => {
    const run = isolateOn(start);
    await run('json_transform', transform('1'));
    const stop = new AbortController();
    const ended = run('json_transform', RUNAWAY, stop.signal);
    stop.abort(new Stopped('timeout'));
    expect(await ended).toEqual({ end: 'stopped', by: 'terminate' });
    expect(await run('json_transform', transform('1'))).toMatchObject({ end: 'ok' });
  });
});

describe('a skill beyond its heap', () => {
  test.each([
    ['thread', startThread({})],
    ['process', startProcess({})],
  ])('ends its %s, and nothing else', async (_, start) => {
    const gone = Promise.withResolvers<string>();
    // Too little even to load the skills.
    start(4, { heard: () => undefined, gone: ({ code }) => gone.resolve(code) });
    expect(await gone.promise).toBe('out_of_memory');
  });

  test('by one allocation larger than all bounds ends the process around it, and nothing else', async () => {
    const run = isolateOn(startProcess({}));
    const huge =
      '($double := function($s, $n) { $n = 0 ? $uppercase($s) : $double($s & $s, $n - 1) }; $double("x", 28))';
    expect(await run('json_transform', transform(huge))).toMatchObject({ end: 'defect', code: 'out_of_memory' });
    expect(await run('json_transform', transform('1'))).toMatchObject({ end: 'ok' });
  });
});
