import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { limitsOf } from '../domain/attempt-clocks.ts';
import type { SkillEnd } from '../domain/skill-end.ts';
import type { RunPorts } from '../isolate/isolate.ts';
import { builtInSkills } from '../skill/built-in/index.ts';
import { Stopped } from '../skill/stopped.ts';
import { LiveAttempt } from '../supervision/live-attempt.ts';
import { liveParts } from '../testing/live-parts.ts';
import type { AttemptWorld } from './attempt-host.ts';
import { runAttempt } from './run-attempt.ts';

/** A run of a skill that may take 2 s, on an agent that does what the test says. */
function attempt(run: (ports: RunPorts, clock: VirtualClock) => Promise<SkillEnd>) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const skill = builtInSkills.find(({ name }) => name === 'json_transform');
  if (skill === undefined) throw new RangeError('json_transform');
  const live = new LiveAttempt(liveParts(clock, { limits: limitsOf(skill.limits) }));
  const overran: number[] = [];
  const order = {
    skill,
    agent: { run: (_skill: unknown, _order: unknown, ports: RunPorts) => run(ports, clock) },
    ...{ input: {}, taskId: 't', attempt: 1, epoch: 1, idempotencyKey: 't', leftMs: 60_000, signal: stop.signal },
    // Nothing of the world is reached by a fake agent.
    world: {} as AttemptWorld,
    overran: () => overran.push(clock.now()),
  };
  return { clock, stop, live, overran, ended: runAttempt(order, live, clock) };
}

const stopped = ({ signal }: RunPorts): Promise<SkillEnd> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve({ end: 'stopped', by: 'terminate' })));

test('the start of a process is not the time of its skill', async () => {
  const { clock, ended, overran } = attempt(async ({ started }, time) => {
    await new Promise<void>((resolve) => time.after(5000, resolve));
    started();
    await new Promise<void>((resolve) => time.after(1900, resolve));
    return { end: 'ok', output: 1 };
  });
  await clock.advance(10_000);
  expect(await ended).toMatchObject({ end: 'ok' });
  expect(overran).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a skill that outlives its time is told of, to the millisecond', async () => {
  const { clock, stop, ended, overran } = attempt((ports) => {
    ports.started();
    return stopped(ports);
  });
  const startedAt = clock.now();
  await clock.advance(2500);
  expect(overran).toEqual([startedAt + 2000]);
  stop.abort();
  await ended;
});

test('so is a process that does not start', async () => {
  const { clock, stop, ended, overran } = attempt(stopped);
  await clock.advance(30_000);
  expect(overran).toHaveLength(1);
  stop.abort();
  await ended;
});

test('who decides over the task ends its run', async () => {
  const { stop, live, ended } = attempt(stopped);
  stop.abort(new MeshError('draining', { target: 'task t' }));
  await ended;
  expect(live.signal.reason).toMatchObject({ kind: 'drain' });
  expect(live.signal.reason).toBeInstanceOf(Stopped);
});
