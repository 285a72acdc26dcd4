import { MeshError } from '@seedcore/protocol';
import type { Effect, Found } from '@seedcore/tasks';
import type { EffectRequest, EffectStart } from '../skill/skill-host.ts';

/** Runs an effect on the outside world so that it is never repeated blindly, as a durable task does. */
export type DurableEffect = (name: string, how: Effect<unknown>) => Promise<unknown>;

type Open = {
  readonly value: Promise<unknown>;
  /** What the skill has been asked to do, once it is known. */
  start: PromiseWithResolvers<EffectStart>;
  readonly done: PromiseWithResolvers<unknown>;
  readonly found: PromiseWithResolvers<Found<unknown>>;
};

/** Effects of a run: begun here, done over there in the isolate, remembered here. */
export class Effects {
  readonly #effect: DurableEffect;
  readonly #open = new Map<string, Open>();
  #unknown: Error | undefined;

  constructor(effect: DurableEffect) {
    this.#effect = effect;
  }

  /** Why nobody knows what was done, which ends the task: no other run may try. */
  get unknown(): Error | undefined {
    return this.#unknown;
  }

  /** Answers one request of a skill. @throws RangeError when the effect was not begun */
  answer(request: EffectRequest): Promise<unknown> {
    switch (request.op) {
      case 'effect_begin':
        return this.#begin(request.name, request.findable);
      case 'effect_found':
        return this.#found(request.name, request.found);
      case 'effect_end':
        return this.#end(request.name, request.value);
      case 'effect_failed':
        return this.#failed(request.name, request);
    }
  }

  async #begin(name: string, findable: boolean): Promise<EffectStart> {
    if (this.#open.has(name)) throw new RangeError(`effect ${name} is under way`);
    const done = Promise.withResolvers<unknown>();
    const found = Promise.withResolvers<Found<unknown>>();
    const start = Promise.withResolvers<EffectStart>();
    const run = (key: string) => {
      open.start.resolve({ key });
      return done.promise;
    };
    const find = (key: string) => {
      open.start.resolve({ find: key });
      return found.promise;
    };
    const value = this.#effect(name, findable ? { run, find } : { run });
    const open: Open = { value, start, done, found };
    this.#open.set(name, open);
    return this.#next(name, open);
  }

  async #found(name: string, found: Found<unknown>): Promise<EffectStart> {
    const open = this.#known(name);
    open.start = Promise.withResolvers<EffectStart>();
    open.found.resolve(found);
    return this.#next(name, open);
  }

  async #end(name: string, value: unknown): Promise<unknown> {
    const open = this.#known(name);
    open.done.resolve(value);
    return open.value.finally(() => this.#open.delete(name));
  }

  /** The skill throws its own error; that the effect failed too is no news. */
  async #failed(name: string, { message, refused }: { message: string; refused: boolean }): Promise<void> {
    const open = this.#known(name);
    const error = refused ? new MeshError('unavailable', { target: name, message, sent: false }) : new Error(message);
    open.done.reject(error);
    await open.value.catch(() => undefined);
    this.#open.delete(name);
  }

  /** What the skill has to do next; or its value, when somebody knows it. */
  async #next(name: string, open: Open): Promise<EffectStart> {
    const ended = open.value.then(
      (value): EffectStart => ({ value }),
      (cause) => {
        if (isUnknown(cause)) this.#unknown = cause;
        throw cause;
      },
    );
    const start = await Promise.race([open.start.promise, ended]);
    if ('value' in start) this.#open.delete(name);
    return start;
  }

  #known(name: string): Open {
    const open = this.#open.get(name);
    if (open === undefined) throw new RangeError(`effect ${name} was not begun`);
    return open;
  }
}

/** How durable tasks say that nobody knows. */
const isUnknown = (cause: unknown): cause is Error =>
  cause instanceof Error && 'code' in cause && cause.code === EFFECT_UNKNOWN;
const EFFECT_UNKNOWN = 'effect_unknown';
