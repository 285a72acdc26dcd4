import type { TaskContext } from '../handler.ts';
import { taskSpec } from '../task-spec.ts';

/** What a handler alone is given. */
export type AttemptOf = {
  readonly id: string;
  readonly type: string;
  /** Of its steps; given again they outlive an attempt. */
  readonly memos?: Map<string, unknown>;
  readonly signal?: AbortSignal;
};

/** The context of one attempt for a handler that is run by itself: its steps have memos, and it never waits. */
export function attemptContext({ id, type, memos = new Map(), signal }: AttemptOf): TaskContext {
  const step = async (name: string, run: (key: string) => Promise<unknown>) => {
    if (!memos.has(name)) memos.set(name, JSON.parse(JSON.stringify(await run(`${id}/${name}`))));
    return memos.get(name) as never;
  };
  const nothingElse = async () => {
    throw new Error(`task ${id} is run by itself: there is nothing it could wait for`);
  };
  return {
    id,
    gen: 1,
    attempt: 1,
    epoch: 1,
    spec: taskSpec.parse({ type }),
    correction: undefined,
    route: undefined,
    traceparent: undefined,
    deadlineAt: undefined,
    signal: signal ?? new AbortController().signal,
    left: () => 60_000,
    progress: () => {},
    step,
    effect: (name, { run }) => step(name, run),
    sleep: async () => undefined,
    waitFor: nothingElse,
    signalled: nothingElse,
    child: nothingElse,
    begin: nothingElse,
    begun: nothingElse,
    rest: nothingElse,
  };
}
