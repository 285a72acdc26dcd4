import type { RunningLine, RunSegment } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { BAD } from '../../testing/managed.ts';
import { Manager } from './manager.ts';
import type { ManagerPorts } from './manager-ports.ts';

const line: RunningLine = {
  ...{ task_id: 't1', attempt: 2, epoch: 7, organ_id: 'o', agent_id: 'a', skill: 'talks', trace_id: 'x' },
  ...{ age_ms: 60_000, respawn: true, last_segment: 'bad', segments: 20 },
  due: { silent_ms: 1, idle_ms: 1, run_ms: 1, deadline_ms: null },
};
/** Twenty segments of this run, one in two seconds, and one of the run before. */
const said: RunSegment[] = [
  { task_id: 't1', attempt: 1, epoch: 5, seq: 99, at_ms: 5, note: 'of another run' },
  ...Array.from({ length: 20 }, (_, n) => {
    const place = { seq: n + 1, at_ms: 20_000 + 2000 * n };
    return { task_id: 't1', attempt: 2, epoch: 7, ...place, note: `bad ${n + 1}` };
  }),
];

/** A manager that comes to a run of which it has heard nothing; what it does is remembered. */
function successor(over: Partial<ManagerPorts> = {}, leftMs = () => 10_000) {
  const done: unknown[] = [];
  const manager = new Manager(
    { managerId: 'o-m0', organId: 'o', agents: ['a'] },
    { epoch: 3, signal: new AbortController().signal, leftMs },
    {
      me: 'one',
      clock: new VirtualClock(),
      runs: () => [{ line, ageMs: 60_000 }],
      goal: async () => 'count words',
      taskState: async () => 'running',
      pad: () => ({ version: 2, P: 0.2, A: 0.8, D: 0.3 }),
      agent: () => 'busy',
      segments: { tell: () => undefined, follow: () => ({ stop: () => undefined }), kept: async () => said },
      scores: { of: async (windows) => windows.map(() => ({ v1: BAD, v2: BAD })) },
      stopAgent: {
        carryOut: async ({ verdict }) => void done.push(['end', verdict.evidence]),
        fence: async ({ verdict }) => void done.push(['fence', verdict.task_id]),
      },
      wire: { warned: ({ evidence }) => void done.push(['warn', evidence]), pulse: () => undefined },
      counted: { sampled: () => undefined, shadowKill: (version) => void done.push(['shadow', version]) },
      warn: () => undefined,
      ...over,
    },
  );
  return { manager, done };
}

describe('a manager that comes after another one', () => {
  test('knows from the stream what that one knew, of this run alone, and goes on', async () => {
    const { manager, done } = successor();
    await manager.look();
    expect(done).toEqual([
      ['warn', [16, 17]],
      ['shadow', 1],
      ['end', [16, 17, 18]],
    ]);
    await manager.look();
    expect(done).toHaveLength(3);
  });

  test('organism.A10, the stopped process, continued: when its lease is over it does nothing', async () => {
    const { manager, done } = successor({}, () => 0);
    await manager.look();
    expect(done).toEqual([]);
  });

  test('has the verdict carried out in the record when the host still tells of the run', async () => {
    const clock = new VirtualClock();
    const { manager, done } = successor({ clock });
    await manager.look();
    await clock.advance(6000);
    await manager.look();
    expect(done.at(-1)).toEqual(['fence', 't1']);
  });

  test('looks again when the broker could not be asked', async () => {
    let away = true;
    const goal = async () => {
      if (away) throw new MeshError('unavailable', { target: 'tasks' });
      return 'count words';
    };
    const { manager, done } = successor({ goal });
    await manager.look();
    expect(done).toEqual([]);
    away = false;
    await manager.look();
    expect(done.at(-1)).toEqual(['end', [16, 17, 18]]);
  });
});
