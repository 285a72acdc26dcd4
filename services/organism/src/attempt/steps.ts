import type { StepStart } from '../skill/skill-host.ts';

/** The memos of a task, as a running skill reaches them: begun here, run over there, ended here. */
export interface Steps {
  begin(name: string): Promise<StepStart>;
  /** @returns the value that counts: another run's, if it was faster */
  end(name: string, value: unknown): Promise<unknown>;
  failed(name: string, message: string): Promise<void>;
}

/** What a durable task offers: runs `effect` unless there is a memo, and makes what it returns the memo. */
export type DurableStep = (name: string, effect: (key: string) => Promise<unknown>) => Promise<unknown>;

type Open = { readonly effect: PromiseWithResolvers<unknown>; readonly value: Promise<unknown> };

/** Steps kept with a durable task: its own `step` stays open while the skill, in its isolate, does the work. */
export class DurableSteps implements Steps {
  readonly #step: DurableStep;
  readonly #open = new Map<string, Open>();

  constructor(step: DurableStep) {
    this.#step = step;
  }

  async begin(name: string): Promise<StepStart> {
    const started = Promise.withResolvers<StepStart>();
    const effect = Promise.withResolvers<unknown>();
    const value = this.#step(name, (key) => {
      started.resolve({ key });
      return effect.promise;
    });
    this.#open.set(name, { effect, value });
    return Promise.race([started.promise, value.then((known) => ({ value: known }))]);
  }

  end(name: string, value: unknown): Promise<unknown> {
    const open = this.#take(name);
    open.effect.resolve(value);
    return open.value;
  }

  /** The skill throws its own error; that the step failed too is no news. */
  async failed(name: string, message: string): Promise<void> {
    const open = this.#take(name);
    open.effect.reject(new Error(message));
    await open.value.catch(() => undefined);
  }

  #take(name: string): Open {
    const open = this.#open.get(name);
    this.#open.delete(name);
    if (open === undefined) throw new RangeError(`step ${name} was not begun`);
    return open;
  }
}

/** Steps of a run that lives with its caller: kept for the further runs of the same task, gone with the call. */
export class PassingSteps implements Steps {
  readonly #taskId: string;
  readonly #memos = new Map<string, unknown>();

  constructor(taskId: string) {
    this.#taskId = taskId;
  }

  async begin(name: string): Promise<StepStart> {
    return this.#memos.has(name) ? { value: this.#memos.get(name) } : { key: `${this.#taskId}/${name}` };
  }

  async end(name: string, value: unknown): Promise<unknown> {
    this.#memos.set(name, value);
    return value;
  }

  async failed(): Promise<void> {
    return undefined;
  }
}
