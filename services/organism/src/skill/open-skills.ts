import type { OrganRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { Rounds } from '../agents/rounds.ts';
import { shippedRules } from '../domain/route.ts';
import type { Announcements, Teacher } from '../ports.ts';
import { type BadFile, Catalogue } from './catalogue/catalogue.ts';
import { cardOf } from './catalogue/skill-card.ts';
import type { SkillFiles } from './catalogue/skill-folder.ts';
import { untaught } from './catalogue/teach.ts';
import type { Skill, SkillProgram } from './define-skill.ts';

/** How often the folder is looked at, in ms. */
export const LOOK_MS = 10_000;

/** What the skills of a process stand on. */
export type SkillsPorts = {
  readonly builtIn: readonly SkillProgram[];
  readonly files: SkillFiles;
  readonly records: Teacher;
  readonly announcements: Pick<Announcements, 'catalogueChanged'>;
  readonly organs: () => readonly { readonly record: OrganRecord }[];
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

/** The skills of a process, kept as the folder is. */
export type Skills = {
  readonly catalogue: Catalogue;
  /** By name: what is declared, and the code where it is at hand. */
  readonly byName: Pick<ReadonlyMap<string, Skill>, 'get'>;
  readonly isBuiltIn: (name: string) => boolean;
  /** True for skills that only workers have. */
  readonly isRemote: (name: string) => boolean;
  readonly bad: () => readonly BadFile[];
  start(): void;
  stop(): Promise<void>;
};

/** Opens the skills of a process; its folder is looked at from `start` on. */
export function openSkills({ builtIn, files, records, announcements, organs, clock, warn }: SkillsPorts): Skills {
  const programs = new Map(builtIn.map((skill) => [skill.name, skill]));
  const changed = announcements.catalogueChanged;
  const catalogue = new Catalogue({ builtIn: builtIn.map(cardOf), files, clock, changed });
  const teach = async () => {
    const known = organs().map(({ record }) => ({ organId: record.organ_id, skills: record.skills }));
    const names = untaught(catalogue.fromFiles, known, shippedRules.fallback);
    if (names.length > 0) await records.teachOrgan(shippedRules.fallback, names);
  };
  const rounds = new Rounds(clock, LOOK_MS, {
    round: async () => {
      await catalogue.look();
      await teach();
    },
    failed: (cause) => warn('looking for skills failed', cause),
  });
  return {
    catalogue,
    byName: { get: (name) => programs.get(name) ?? catalogue.skills.get(name) },
    isBuiltIn: (name) => programs.has(name),
    isRemote: (name) => catalogue.skills.get(name)?.isolation === 'remote',
    bad: () => catalogue.bad(),
    start: () => rounds.start(),
    stop: () => {
      catalogue.stop();
      return rounds.stop();
    },
  };
}
