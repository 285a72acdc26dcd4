import { setTimeout as pause } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { badRequest, fail, ok } from '@seedcore/protocol';
import { type Handler, runPlan, type TaskContext } from '@seedcore/tasks';
import { type EffectAnswer, type EffectAsked, RECEIVER, SEEN } from './effect-receiver.ts';

/** Steps that are effects, by the type of the task. */
export const effectSteps = {
  three: ['fetch', 'score', 'send'],
  nap: ['send'],
  hang_once: ['send'],
  block_once: ['fetch', 'send'],
  chatty: ['send'],
  work: ['send'],
} as const;

/** What handlers are given to speak with: the receiver, and the journal of the process. */
type Means = {
  readonly effect: (task: TaskContext, step: string) => Promise<string>;
  /** Resolves when another task has had its effect. */
  readonly seen: (id: string) => Promise<void>;
  readonly say: (line: string) => void;
};

/** What the tasks of the chaos tests do; what they do outside is an effect at the receiver. */
export function chaosHandlers(nats: NatsConnection, say: (line: string) => void): Readonly<Record<string, Handler>> {
  const effect = (task: TaskContext, step: string) =>
    task.step(step, (key) => ask(nats, { task: task.id, step, key, epoch: task.epoch }));
  const means = { effect, seen: (id: string) => untilSeen(nats, id), say };
  return { ...working(means), ...failing(means), ...deafAndBlocked(means), plan: runPlan };
}

/** They come to their end when they are let. */
function working({ effect, say }: Means): Readonly<Record<string, Handler>> {
  return {
    quick: async (_params, task) => {
      say(`began ${task.id} at ${Date.now()}`);
      return ok('done');
    },
    three: async (params, task) => {
      const answers: string[] = [];
      for (const step of effectSteps.three) {
        answers.push(await effect(task, step));
        await pause(Number(params['ms'] ?? 20));
      }
      return ok(answers);
    },
    /** Takes its time, one for all attempts or each its own, then does its effect; ends early when it is told to. */
    nap: async (params, task) => {
      say(`began ${task.id} attempt ${task.attempt}`);
      const { signal } = task;
      signal.addEventListener('abort', () =>
        say(`stopped ${task.id} at ${Date.now()}: ${Reflect.get(signal.reason, 'message')}`),
      );
      const { ms } = params;
      await pause(Number(Array.isArray(ms) ? ms[task.attempt - 1] : ms), undefined, { signal });
      return ok(await effect(task, 'send'));
    },
    chatty: async (params, task) => {
      const times = Math.ceil(Number(params['ms']) / 500);
      for (let n = 1; n <= times; n++) {
        task.progress({ pct: n / times });
        await pause(500);
      }
      return ok(await effect(task, 'send'));
    },
  };
}

/** They fail, or may. */
function failing({ effect, seen }: Means): Readonly<Record<string, Handler>> {
  return {
    later: async (params) => {
      throw Object.assign(new Error('not now'), { retryAfterMs: Number(params['ms']) });
    },
    /** Fails in its second step unless its input has been repaired. */
    repairable: async (params, task) => {
      const fetched = await effect(task, 'fetch');
      await task.step('check', async () => {
        if (params['good'] !== true) throw badRequest(task.id, '/good', 'is not');
      });
      await pause(Number(params['ms'] ?? 0));
      return ok([fetched, await effect(task, 'send')]);
    },
    /** Does its effect, and does not end before the task `beside` it has done its own, if it has one. */
    work: async (params, task) => {
      await effect(task, 'send');
      if (typeof params['beside'] === 'string') await seen(params['beside']);
      await pause(Number(params['ms'] ?? 50));
      return params['fails'] === true ? fail('no', {}) : ok(params['name']);
    },
  };
}

/** They hear nothing, or let nothing else be heard. */
function deafAndBlocked({ effect, say }: Means): Readonly<Record<string, Handler>> {
  return {
    /** Takes its time whatever it is told. */
    deaf: async (params, task) => {
      say(`began ${task.id} attempt ${task.attempt}`);
      task.signal.addEventListener('abort', () => say(`stopped ${task.id} at ${Date.now()}`));
      await pause(Number(params['ms']));
      say(`returned ${task.id}`);
      return ok('too late');
    },
    hang_once: async (_params, task) => {
      say(`began ${task.id} attempt ${task.attempt}`);
      if (task.attempt === 1) await new Promise(() => undefined);
      return ok(await effect(task, 'send'));
    },
    block_once: async (params, task) => {
      const fetched = await effect(task, 'fetch');
      task.signal.addEventListener('abort', () => say(`stopped ${task.id}`));
      say(`began ${task.id} attempt ${task.attempt}`);
      if (task.attempt === 1) block(Number(params['ms']));
      return ok([fetched, await effect(task, 'send')]);
    },
  };
}

/** Asks until there is an answer: the broker may be down, the receiver not heard yet. It does the same thing once per key. */
async function ask(nats: NatsConnection, asked: EffectAsked): Promise<string> {
  for (;;) {
    const reply = await nats
      .request(RECEIVER, JSON.stringify(asked), { timeout: 1_000 })
      .then((message) => message.json<EffectAnswer>())
      .catch(() => undefined);
    if (reply?.did === 'refused') throw new Error(`${asked.key}: ${reply.answer}`);
    if (reply !== undefined) return reply.answer;
    await pause(100);
  }
}

async function untilSeen(nats: NatsConnection, id: string): Promise<void> {
  for (;;) {
    const reply = await nats.request(SEEN, id, { timeout: 1_000 }).catch(() => undefined);
    if (reply?.string() === 'yes') return;
    await pause(100);
  }
}

/** Lets nothing else of this process run, as an endless computation does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
