import type { NewMemory } from '@seedcore/contracts';
import { KeyQueue } from '@seedcore/store';
import type { Found, Wish } from '../domain/memory/known-memories.ts';
import { derivedId, memoryKey } from '../domain/memory/memory-key.ts';
import { type Plan, planMemories, type Refusal, type Step } from '../domain/memory/plan-memories.ts';
import type { MemoryChange } from '../memory-ports.ts';
import type { Ports } from '../ports.ts';

/** Writes that are tried against others before it is given up. */
const TRIES = 8;
/** Old memories of the same words that are passed over in one call. */
const MOST_PASSED = 400;

/** What a caller wants stored, and until when by the monotonic clock. */
export type Storage = {
  readonly agent_id: string;
  readonly items: readonly NewMemory[];
  readonly by: string;
  readonly endsAt: number;
};

/** What became of one of the items. */
export type Stored = Found & { readonly isNew: boolean; readonly duplicate: boolean };

/** What became of all. */
export type Storings =
  | { readonly kind: 'stored'; readonly stored: readonly Stored[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'contended'; readonly tries: number }
  | { readonly kind: 'corrupt'; readonly key: string; readonly why: string };

/** Stores memories: those of the bucket all or none, then episodes one by one, which a repeat completes. */
export class StoreMemories {
  readonly #ports: Ports;
  /** One call of an agent at a time: replicas compete, not callers. */
  readonly #queue = new KeyQueue();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  store(storage: Storage): Promise<Storings> {
    return this.#queue.run(storage.agent_id, () => this.#contest(storage));
  }

  async #contest(storage: Storage): Promise<Storings> {
    const { clock, memory } = this.#ports;
    const said = storage.items.map((told) => this.#lastSaid(storage.agent_id, told));
    let passed = 0;
    for (let tries = 1; ; ) {
      const tried = await this.#try(storage, said);
      if (tried.kind !== 'further' && tried.kind !== 'overtaken') return tried;
      if (tried.kind === 'further') {
        said[tried.wish] = tried.after;
        passed += 1;
      } else {
        tries += 1;
        await memory.pause();
      }
      if (tries > TRIES || passed > MOST_PASSED || clock.now() >= storage.endsAt) return { kind: 'contended', tries };
    }
  }

  async #try(
    storage: Storage,
    said: readonly (string | undefined)[],
  ): Promise<Storings | Extract<Plan, { kind: 'further' }> | { readonly kind: 'overtaken' }> {
    const wishes = storage.items.map((told, i) => ({
      told,
      memory_id: told.memory_id ?? derivedId(storage.agent_id, told, said[i]),
      said: said[i],
    }));
    const kept = await this.#kept(storage.agent_id, wishes);
    if (!(kept instanceof Map)) return kept;
    const plan = this.#plan(storage, wishes, kept);
    if (plan.kind !== 'steps') return plan;
    const changes = plan.steps.flatMap(changesOf);
    const written = changes.length === 0 ? undefined : await this.#ports.memory.memories.write(changes);
    if (written?.kind === 'overtaken') return written;
    if (written?.kind === 'corrupt') return written;
    const revs = new Map(changes.map(({ key }, i) => [key, written?.revs[i] ?? 0]));
    const stored: Stored[] = [];
    for (const step of plan.steps) stored.push(await this.#done(step, { revs, stored }));
    return { kind: 'stored', stored };
  }

  #plan({ agent_id, by }: Storage, wishes: readonly Wish[], kept: ReadonlyMap<string, Found>): Plan {
    const { memory, agents, clock } = this.#ports;
    const wallMs = clock.wallMs();
    return planMemories(wishes, {
      kept,
      flashbulbs: memory.memories.view.count(agent_id, 'flashbulb'),
      storing: { agent_id, by, wallMs, project_id: agents.view.get(agent_id)?.value.project_id ?? undefined },
    });
  }

  /** The memories the wishes are about, as the leader has them; or the one that cannot be read. */
  async #kept(agent_id: string, wishes: readonly Wish[]) {
    const { memories, episodes } = this.#ports.memory;
    const asked = new Map<string, boolean>();
    for (const id of wishes.flatMap(({ told }) => told.replaces)) asked.set(id, false);
    for (const { told, memory_id, said = memory_id } of wishes)
      for (const id of [memory_id, said]) asked.set(id, told.kind === 'episode');
    const read = async ([memory_id, isEpisode]: readonly [string, boolean]) => ({
      memory_id,
      reading: await (isEpisode ? episodes : memories).read({ agent_id, memory_id }),
    });
    const kept = new Map<string, Found>();
    for (const { memory_id, reading } of await Promise.all([...asked].map(read))) {
      if (reading.kind === 'corrupt') return { kind: 'corrupt', key: memory_id, why: reading.why } as const;
      if (reading.kind === 'found') kept.set(memory_id, { item: reading.value, rev: reading.rev });
    }
    return kept;
  }

  /** Does what is left of a step after the writes, and says what became of it. */
  async #done(
    step: Step,
    { revs, stored }: { readonly revs: ReadonlyMap<string, number>; readonly stored: readonly Stored[] },
  ): Promise<Stored> {
    if (step.kind === 'known') return { ...step.found, isNew: false, duplicate: step.duplicate };
    if (step.kind === 'append') {
      const { added, rev } = await this.#ports.memory.episodes.append(step.item);
      return { item: step.item, rev, isNew: added, duplicate: false };
    }
    if (step.kind === 'write') {
      const rev = revs.get(memoryKey(step.item.tier, step.item)) ?? 0;
      return { item: step.item, rev, isNew: true, duplicate: false };
    }
    const same = stored[step.as];
    if (same === undefined) throw new Error('an item is the same as one that is not before it');
    return { ...same, isNew: false, duplicate: true };
  }

  /** The newest memory of the same words, if this replica knows one. */
  #lastSaid(agent_id: string, told: NewMemory): string | undefined {
    const { memories, episodes } = this.#ports.memory;
    const shelf = told.kind === 'episode' ? episodes.view : memories.view;
    return shelf.lastSaid({ ...told, agent_id })?.memory_id;
  }
}

function changesOf(step: Step): MemoryChange[] {
  if (step.kind !== 'write') return [];
  const { item, expect, originals } = step;
  return [{ key: memoryKey(item.tier, item), expect, value: item }, ...originals];
}
