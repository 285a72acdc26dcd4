import type { outcome } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { MemoryReplies, startService } from '@seedcore/runtime/testing';
import type { Handler } from '@seedcore/tasks';
import { memoryTasks } from '@seedcore/tasks/testing';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Census, Organs, TriagePorts } from '../ports.ts';
import { coordinatorService } from '../service.ts';
import { startWork } from '../work/start-work.ts';

const silent = async (): Promise<never> => {
  throw new MeshError('no_responder', { target: 'nobody' });
};

/** Knows three types of work. */
const organs: Organs = {
  profile: silent,
  route: async ({ type }) =>
    ['sum', 'sleep', 'broken', 'flaky'].includes(type)
      ? { value: { logical_id: 'utility_organ_1', queue: 'utility_organ_1', resolved_from: 'task' } }
      : { none: 'no_route' },
};

const others: Omit<TriagePorts, 'organs'> = {
  measuring: { drift: silent, anomalies: silent },
  thinking: { reason: silent, decide: silent },
  governing: { mode: silent, deltaIfCalm: silent },
  memory: { picture: silent, remember: silent },
  announcements: { routed: () => {}, triaged: () => {} },
};

const census: Census = {
  instances: async () => [{ name: 'organism', version: '0.1.0' }],
  health: async (service) => (service === 'organism' ? { ready: true, missing: [], degraded_by: [] } : silent()),
  mode: async () => 'NORMAL',
  organs: async () => ['utility_organ_1'],
};

/** What an agent would do. */
const skills: Record<string, Handler> = {
  sum: async ({ values }, { id }) => ({
    ok: true,
    value: run(
      id,
      z
        .array(z.number())
        .parse(values)
        .reduce((a, b) => a + b, 0),
    ),
  }),
  sleep: (_params, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  broken: async () => ({ ok: false, failure: { code: 'skill_failed', details: { why: 'broken' } } }),
  flaky: async (_params, task) => {
    if (task.attempt === 1) await task.step('look', () => Promise.reject(new Error('not yet')), { tries: 1 });
    return { ok: true, value: run(task.id, 'at last') };
  },
};

const run = (task_id: string, result: unknown): z.input<typeof outcome> => ({
  ...{ task_id, state: 'succeeded', attempt: 1, epoch: 1, organ_id: 'utility_organ_1', agent_id: 'a1', skill: 'sum' },
  ...{ result, quality: null, history: [], trace_id: 'x' },
  usage: { busy_ms: 1, llm_calls: 0, tokens_in: 0, tokens_out: 0, money_micros: null, metered: false },
});

/** A coordinator with its queues, an organ, and time that passes while a test waits. */
export function startedCoordinator() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const { tasks, store } = memoryTasks({ clock, random });
  const work = startWork({ ...others, organs, tasks, clock });
  const organ = tasks.worker('utility_organ_1', { handlers: skills });
  const service = startService(coordinatorService({ tasks, census, clock }), {
    clock,
    random,
    replies: new MemoryReplies(clock),
  });
  onTestFinished(async () => {
    const ended = Promise.all([work.drain(10), organ.drain(10), tasks.close(), service.stop()]);
    await clock.advance(5_000);
    await ended;
    await store.close();
  });
  /** Lets virtual time pass until `answer` is there. */
  async function soon<T>(answer: Promise<T>): Promise<T> {
    let settled = false;
    const noted = answer.finally(() => {
      settled = true;
    });
    noted.catch(() => {});
    for (let i = 0; i < 600 && !settled; i++) await clock.advance(100);
    return noted;
  }
  return { clock, service, tasks, store, soon };
}
