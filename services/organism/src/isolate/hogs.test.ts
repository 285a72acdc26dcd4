import { afterEach, describe, expect, test, vi } from 'vitest';
import { defineSkill } from '../skill/define-skill.ts';
import { Stopped } from '../skill/stopped.ts';
import { FakeHost, orderOf } from '../testing/fake-host.ts';
import { hogSpec } from '../testing/hog-spec.ts';
import { machineClock } from './clock-machine.ts';
import { Isolate } from './isolate.ts';
import { startThreadOf } from './thread-carrier.ts';

// Real threads on a busy machine: slow to start, never waited for by time.
vi.setConfig({ testTimeout: 60_000 });

const ENTRY = new URL('../testing/main-hogs.ts', import.meta.url);
const MEMORY_MB = 48;
const open: Isolate[] = [];
afterEach(() => {
  for (const isolate of open.splice(0)) isolate.close();
});

/** What the host knows of a skill: where it runs, and its limits. */
const hog = (name: string) =>
  defineSkill({
    ...hogSpec(name),
    limits: { memoryMb: MEMORY_MB },
    graceMs: 100,
    run: () => undefined,
  });

/** Runs a hog in a thread of its own; `begun` resolves when it has said so. */
function start(name: string) {
  const isolate = new Isolate({ clock: machineClock, start: startThreadOf(ENTRY, {}) });
  open.push(isolate);
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  class Host extends FakeHost {
    override tell(): void {
      begun.resolve();
    }
  }
  const run = (skill = name) =>
    isolate.run(hog(skill), orderOf(skill, {}), { host: new Host(), signal: stop.signal, started: () => undefined });
  return { isolate, stop, begun: begun.promise, run };
}

describe('organism.A5, in part: a skill that never lets go', () => {
  test.each(['busy_loop', 'promise_chain', 'regular_expression', 'webassembly', 'atomics_wait'])(
    '%s: its thread is ended after the grace, its neighbour works on',
    async (name) => {
      const neighbour = start('well');
      const { isolate, stop, begun, run } = start(name);
      const ended = run();
      await begun;
      stop.abort(new Stopped('manual'));
      expect(await ended).toEqual({ end: 'stopped', by: 'terminate' });
      expect([isolate.alive, isolate.stuck]).toEqual([false, 0]);
      expect(await neighbour.run()).toMatchObject({ end: 'ok', output: 'done' });
    },
  );
});

describe('organism.A6, in part: a skill that takes more memory than it may', () => {
  test.each(['heap', 'buffers', 'webassembly_memory'])('%s: ends its own thread, nothing else', async (name) => {
    const neighbour = start('well');
    const { isolate, run } = start(name);
    expect(await run()).toMatchObject({ end: 'defect', code: 'out_of_memory', retryable: true });
    expect(isolate.alive).toBe(false);
    expect(await neighbour.run()).toMatchObject({ end: 'ok', output: 'done' });
  });
});
