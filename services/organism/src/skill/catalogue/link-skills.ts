import { MAX_DEPTH } from '../call-skill.ts';
import type { SkillCard } from './skill-card.ts';

/** A skill that was declared by a file. */
export type FileSkill = { readonly file: string; readonly source: string; readonly card: SkillCard };

/** Why the skill of a file is not in the catalogue. */
export type Unlinked = { readonly file: string; readonly why: string };

/** The skills that can run, by name, and the files that bring none. */
export type Linked = { readonly skills: ReadonlyMap<string, SkillCard>; readonly problems: readonly Unlinked[] };

/** From the least to the strongest wall around a run. */
const WALLS = ['inline', 'thread', 'process'] as const;

/**
 * Makes one catalogue of the built-in skills and those of files. A skill runs behind the strongest wall, and may call the
 * endpoints, of itself and of all it uses, since all of them run in one place. Of two files with one name the higher version
 * stands, then the first file.
 */
export function linkSkills(builtIn: readonly SkillCard[], files: readonly FileSkill[]): Linked {
  const problems: Unlinked[] = [];
  const byName = new Map<string, SkillCard>(builtIn.map((card) => [card.name, card]));
  const own = new Set(byName.keys());
  const fromFiles = new Map<string, FileSkill>();
  for (const one of [...files].sort(standingFirst)) {
    const why = refusal(one, { own, taken: fromFiles.get(one.card.name) });
    if (why === undefined) fromFiles.set(one.card.name, one);
    else problems.push({ file: one.file, why });
  }
  for (const { card, source } of fromFiles.values())
    byName.set(card.name, { ...card, calls: [], sources: { [card.name]: source } });
  for (let dropped = true; dropped; ) {
    dropped = false;
    for (const { file, card } of fromFiles.values()) {
      const why = byName.has(card.name) ? broken(card, byName) : undefined;
      if (why === undefined) continue;
      byName.delete(card.name);
      problems.push({ file, why });
      dropped = true;
    }
  }
  const skills = new Map(
    [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, card]) => [name, whole(card, byName)]),
  );
  return { skills, problems: problems.sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

function standingFirst(a: FileSkill, b: FileSkill): number {
  return byVersion(b.card.version, a.card.version) || (a.file < b.file ? -1 : 1);
}

function byVersion(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  return x.map((part, i) => part - (y[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function refusal(
  { card }: FileSkill,
  { own, taken }: { readonly own: ReadonlySet<string>; readonly taken: FileSkill | undefined },
): string | undefined {
  if (own.has(card.name)) return `${card.name} is a built-in skill`;
  if (card.isolation === 'inline') return 'isolation "inline" is for code of the service: use "thread"';
  if (taken === undefined) return undefined;
  return `${card.name} is declared by ${taken.file} as well, in version ${taken.card.version}`;
}

function broken(card: SkillCard, all: ReadonlyMap<string, SkillCard>): string | undefined {
  const missing = [...card.uses, ...(card.compensation === undefined ? [] : [card.compensation])].find(
    (name) => !all.has(name),
  );
  if (missing !== undefined) return `there is no skill ${missing}, which ${card.name} needs`;
  return tooDeep(card.name, all) ? `uses: it calls itself, or skills more than ${MAX_DEPTH} deep` : undefined;
}

/** True when calls may go deeper than they are allowed to; a skill that calls itself has no end. */
function tooDeep(name: string, all: ReadonlyMap<string, SkillCard>): boolean {
  let called = new Set([name]);
  for (let depth = 0; depth <= MAX_DEPTH; depth++)
    called = new Set([...called].flatMap((one) => all.get(one)?.uses ?? []));
  return called.size > 0;
}

/** A skill with what follows from the skills it uses; those of workers are linked to nobody's. */
function whole(card: SkillCard, all: ReadonlyMap<string, SkillCard>): SkillCard {
  const parts = [...usedBy(card.name, all)].flatMap((name) => all.get(name) ?? []);
  if (parts.length < 2) return card;
  const walls: readonly SkillCard['isolation'][] = WALLS;
  const wall = Math.max(...parts.map(({ isolation }) => walls.indexOf(isolation)));
  return {
    ...card,
    isolation: WALLS[wall] ?? card.isolation,
    calls: [...new Set(parts.flatMap(({ calls }) => calls))].sort(),
    sideEffects: parts.some(({ sideEffects }) => sideEffects),
    sources: Object.assign({}, ...parts.map(({ sources }) => sources)),
  };
}

/** A skill and all that may run in its place, itself included. */
function usedBy(name: string, all: ReadonlyMap<string, SkillCard>, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const used of all.get(name)?.uses ?? []) usedBy(used, all, seen);
  return seen;
}
