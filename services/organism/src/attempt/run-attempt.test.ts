import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { SkillEnd } from '../domain/skill-end.ts';
import type { RunPorts } from '../isolate/isolate.ts';
import { builtInSkills } from '../skill/built-in/index.ts';
import type { AttemptWorld } from './attempt-host.ts';
import { runAttempt } from './run-attempt.ts';

/** A run of a skill that may take 2 s, on an agent that does what the test says. */
function attempt(run: (ports: RunPorts, clock: VirtualClock) => Promise<SkillEnd>) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const skill = builtInSkills.find(({ name }) => name === 'json_transform');
  if (skill === undefined) throw new RangeError('json_transform');
  const order = {
    skill,
    agent: { run: (_skill: unknown, _order: unknown, ports: RunPorts) => run(ports, clock) },
    ...{ input: {}, taskId: 't', attempt: 1, epoch: 1, idempotencyKey: 't', leftMs: 60_000, signal: stop.signal },
  };
  // Nothing of the world is reached by a fake agent.
  const ended = runAttempt(order, () => ({}) as AttemptWorld, clock);
  return { clock, stop, ended };
}

const stopped = ({ signal }: RunPorts): Promise<SkillEnd> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve({ end: 'stopped', by: 'terminate' })));

test('the start of a process is not the time of its skill', async () => {
  const { clock, ended } = attempt(async ({ started, signal }, time) => {
    await new Promise<void>((resolve) => time.after(5000, resolve));
    started();
    await new Promise<void>((resolve) => time.after(1900, resolve));
    return signal.aborted ? { end: 'stopped', by: 'agent' } : { end: 'ok', output: 1 };
  });
  await clock.advance(10_000);
  expect((await ended).verdict).toMatchObject({ is: 'done' });
  expect(clock.pending).toBe(0);
});

test('a skill that outlives its time is stopped', async () => {
  const { clock, ended } = attempt((ports) => {
    ports.started();
    return stopped(ports);
  });
  await clock.advance(2000);
  expect((await ended).verdict).toMatchObject({ is: 'failed', code: 'timeout' });
});

test('a process that does not start is given up', async () => {
  const { clock, ended } = attempt(stopped);
  await clock.advance(30_000);
  expect((await ended).verdict).toMatchObject({ code: 'timeout' });
});

test('who decides over the task ends its run', async () => {
  const { stop, ended } = attempt(stopped);
  stop.abort(new MeshError('draining', { target: 'task t' }));
  expect((await ended).verdict).toEqual({ is: 'stopped', kind: 'drain' });
});
