import { type Clock, type Random, ulid } from '@seedcore/protocol';
import { type PartInput, type PartName, type PartValue, parts } from './parts.ts';

/** Most questions of this replica that wait for answers. */
const MAX_OPEN = 64;
/** Time kept back of a call for the answer to whoever asked first, in ms. */
export const RESERVE_MS = 250;

/** One question, as every replica hears it. */
export type Asked = {
  readonly ask_id: string;
  readonly by: string;
  readonly part: string;
  readonly left_ms: number;
  readonly input: Readonly<Record<string, unknown>>;
};
/** One answer, as every replica hears it. */
export type ToldBy = {
  readonly ask_id: string;
  readonly instance: string;
  readonly value: Readonly<Record<string, unknown>>;
};

/** Where replicas hear each other. */
export interface ReplicaBus {
  ask(asked: Asked): void;
  tell(told: ToldBy): void;
  onAsked(listener: (asked: Asked) => void): void;
  onTold(listener: (told: ToldBy) => void): void;
}

/** What asking stands on. */
export type DeskPorts = {
  readonly me: string;
  readonly bus: ReplicaBus;
  /** Replicas heard lately, this one left out. */
  readonly others: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly warn: (message: string, cause: unknown) => void;
};

/** What replicas answered, and which did not. */
export type Told<V> = {
  readonly answers: readonly { readonly instance: string; readonly value: V }[];
  readonly missing: readonly string[];
};

type Open = { readonly waiting: Set<string>; readonly heard: (told: ToldBy) => void };

/** What this replica does when one of the others asks it. */
export type Parts = { readonly [P in PartName]?: (input: PartInput<P>, leftMs: number) => Promise<PartValue<P>> };

/** Asks the other replicas for their part of an answer, and gives them ours; who is silent is missing, and holds up nobody. */
export class ReplicaDesk {
  readonly #ports: DeskPorts;
  readonly #open = new Map<string, Open>();
  #parts: Parts = {};

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    ports.bus.onTold((told) => this.#open.get(told.ask_id)?.heard(told));
    ports.bus.onAsked((asked) => void this.#answer(asked));
  }

  /** What this replica says when it is asked. */
  serve(own: Parts): void {
    this.#parts = { ...this.#parts, ...own };
  }

  /** The parts of all others, as far as they come within `withinMs`. */
  async ask<P extends PartName>(part: P, input: PartInput<P>, withinMs: number): Promise<Told<PartValue<P>>> {
    const { bus, clock, me, random, others } = this.#ports;
    const asked = [...others()];
    if (asked.length === 0 || this.#open.size >= MAX_OPEN) return { answers: [], missing: asked };
    const answers = new Map<string, PartValue<P>>();
    const ended = Promise.withResolvers<void>();
    const waiting = new Set(asked);
    const ask_id = ulid(clock, random);
    const heard = ({ instance, value }: ToldBy) => {
      const read = parts[part].value.safeParse(value);
      if (!waiting.delete(instance) || !read.success) return;
      answers.set(instance, read.data as PartValue<P>);
      if (waiting.size === 0) ended.resolve();
    };
    this.#open.set(ask_id, { waiting, heard });
    const timer = clock.after(Math.max(1, withinMs), ended.resolve);
    bus.ask({ ask_id, by: me, part, left_ms: Math.max(1, withinMs), input });
    await ended.promise;
    timer.cancel();
    this.#open.delete(ask_id);
    return {
      answers: [...answers].map(([instance, value]) => ({ instance, value })),
      missing: asked.filter((one) => !answers.has(one)),
    };
  }

  async #answer({ ask_id, by, part, left_ms, input }: Asked): Promise<void> {
    const { bus, me, warn } = this.#ports;
    if (by === me) return;
    try {
      const value = await this.#valueOf(part, input, left_ms);
      if (value !== undefined) bus.tell({ ask_id, instance: me, value });
    } catch (cause) {
      // Whoever asked counts this replica as missing.
      warn(`asked for ${part}, and could not`, cause);
    }
  }

  async #valueOf(part: string, input: unknown, leftMs: number): Promise<ToldBy['value'] | undefined> {
    if (!isPart(part)) return undefined;
    const serve = this.#parts[part] as ((input: unknown, leftMs: number) => Promise<ToldBy['value']>) | undefined;
    return serve?.(parts[part].input.parse(input), leftMs);
  }
}

/** A newer replica may ask for what is unknown here. */
const isPart = (part: string): part is PartName => Object.hasOwn(parts, part);
