import type { RemoteSkillRecord } from '@seedcore/contracts';
import { z } from 'zod';
import { cardOfRemote } from '../domain/remote-skill.ts';
import type { SkillCard } from '../skill/catalogue/skill-card.ts';

/** A skill of workers, and what it takes and gives. */
export type KnownSkill = { readonly record: RemoteSkillRecord; readonly input: z.ZodType; readonly output: z.ZodType };

/** The skills workers have or had lately, as this process knows them. */
export class RemoteSkills {
  readonly #learn: (cards: readonly SkillCard[]) => void;
  readonly #warn: (message: string, cause: unknown) => void;
  readonly #known = new Map<string, KnownSkill & { readonly rev: number }>();

  constructor(
    learn: (cards: readonly SkillCard[]) => void,
    warn: (message: string, cause: unknown) => void = () => undefined,
  ) {
    this.#learn = learn;
    this.#warn = warn;
  }

  get(name: string): KnownSkill | undefined {
    return this.#known.get(name);
  }

  /** A skill is so from now on, or is gone; what is older than what is known here is no news. */
  heard(name: string, record: RemoteSkillRecord | undefined, rev: number): void {
    if ((this.#known.get(name)?.rev ?? 0) > rev) return;
    if (record === undefined) this.#known.delete(name);
    else this.#keep(record, rev);
    this.#learn([...this.#known.values()].map((one) => cardOfRemote(one.record)));
  }

  #keep(record: RemoteSkillRecord, rev: number): void {
    try {
      this.#known.set(record.name, { record, rev, ...schemasOf(record) });
    } catch (cause) {
      this.#known.delete(record.name);
      this.#warn(`the skill ${record.name} of workers cannot be read here`, cause);
    }
  }
}

/** What a skill takes and gives. @throws when a schema uses what nobody here can check */
export function schemasOf({ input, output }: Pick<RemoteSkillRecord, 'input' | 'output'>) {
  return { input: z.fromJSONSchema(input), output: z.fromJSONSchema(output) };
}
