import type { SkillFacts } from './define-skill.ts';

const NAME = /^[a-z][a-z0-9_-]{0,36}$/;
const WORD = /^[a-z][a-z0-9_.:-]{0,63}$/;
const MAX_DOC = 400;
const MAX_LIST = 32;

/** Everything that is wrong with a declaration; empty when nothing is. */
export function skillProblems(skill: SkillFacts): string[] {
  const { name, version, doc, limits, graceMs, compensation, effects, sideEffects } = skill;
  return [
    ...(NAME.test(name) ? [] : ['name must be a-z first, then up to 36 of a-z 0-9 _ -']),
    ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`version "${version}" must be three numbers`]),
    ...(typeof doc === 'string' && doc.length <= MAX_DOC ? [] : [`doc must be text of at most ${MAX_DOC} characters`]),
    ...oneOf('isolation', skill.isolation, ['thread', 'process', 'inline']),
    ...oneOf('role', skill.role, ['E', 'S', 'O']),
    ...within('limits.timeoutMs', limits.timeoutMs, [100, 3_600_000]),
    ...within('limits.memoryMb', limits.memoryMb, [16, 1024]),
    ...within('limits.silentMs', limits.silentMs ?? 5000, [5000, 600_000]),
    ...within('limits.concurrency', limits.concurrency ?? 1, [1, 256]),
    ...within('graceMs', graceMs, [0, 30_000]),
    ...names('uses', skill.uses, NAME),
    ...names('compensation', compensation === undefined ? [] : [compensation], NAME),
    ...names('consumes', skill.consumes, WORD),
    ...names('produces', skill.produces, WORD),
    ...names('effects', effects, WORD),
    ...(effects.length > 0 && !sideEffects ? ['sideEffects: it names effects'] : []),
  ];
}

const within = (what: string, value: number, [low, high]: readonly [number, number]): string[] =>
  value >= low && value <= high ? [] : [`${what} must be ${low} to ${high}`];

const oneOf = (what: string, value: string, allowed: readonly string[]): string[] =>
  allowed.includes(value) ? [] : [`${what} must be ${allowed.join(', ')}`];

function names(what: string, list: readonly string[], pattern: RegExp): string[] {
  if (!Array.isArray(list) || list.length > MAX_LIST) return [`${what} must be a list of at most ${MAX_LIST}`];
  return list.filter((one) => !pattern.test(String(one))).map((one) => `${what}: "${String(one)}" is no name`);
}
