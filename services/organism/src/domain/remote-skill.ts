import type { RemoteSkill, RemoteSkillRecord } from '@seedcore/contracts';
import { canonicalJson, type Json, sha256 } from '@seedcore/protocol';
import type { SkillCard } from '../skill/catalogue/skill-card.ts';

/** Versions of one skill whose schemas are remembered, the newest ones. */
const MAX_VERSIONS = 16;
/** Longest schema of one side, in characters of JSON. */
const MAX_SCHEMA = 65_536;

/** Why a worker may not bring a skill. */
export type SkillConflict = { readonly skill: string; readonly version: string; readonly reason: string };

/** What a skill is from now on, or why the one that is brought is no such skill. */
export type Declaration =
  | { readonly ok: true; readonly record: RemoteSkillRecord }
  | { readonly ok: false; readonly conflict: SkillConflict };

/** The queue of work for a skill that workers have. */
export const skillQueue = (skill: string): string => `sk_${skill}`;

/**
 * Brings a skill to what is known of it: its version is new, or says the same as before; the highest version stands. A skill
 * lives in one organ.
 */
export function declareRemote(now: RemoteSkillRecord | undefined, brought: RemoteSkill, organId: string): Declaration {
  const { concurrency: _, ...facts } = brought;
  const { name, version } = facts;
  const conflict = (reason: string): Declaration => ({ ok: false, conflict: { skill: name, version, reason } });
  const large = (['input', 'output'] as const).find((side) => JSON.stringify(facts[side]).length > MAX_SCHEMA);
  if (large !== undefined) return conflict(`${large}: a schema of more than ${MAX_SCHEMA} characters`);
  const hash = schemaHash(facts);
  if (now !== undefined && now.organ_id !== organId) return conflict(`it is a skill of ${now.organ_id}`);
  if (now?.known[version] !== undefined && now.known[version] !== hash)
    return conflict('another worker brought it under the same version with other schemas');
  const known = newest({ ...now?.known, [version]: hash });
  const stands = now !== undefined && byVersion(now.version, version) > 0 ? now : { ...facts, organ_id: organId };
  return { ok: true, record: { ...stands, known } };
}

/** A skill of workers as the catalogue has it. */
export function cardOfRemote(record: RemoteSkillRecord): SkillCard {
  const { name, version, doc, input, output, idempotent, side_effects, timeout_ms, silent_ms } = record;
  return {
    ...{ name, version, doc, idempotent },
    // Whatever came over the wire is JSON.
    input: input as Readonly<Record<string, Json>>,
    output: output as Readonly<Record<string, Json>>,
    isolation: 'remote',
    role: 'S',
    limits: { timeoutMs: timeout_ms, memoryMb: 128, ...(silent_ms === undefined ? {} : { silentMs: silent_ms }) },
    graceMs: 5000,
    respawn: true,
    ...{ uses: [], consumes: [], produces: [], effects: [], calls: [], sources: {} },
    sideEffects: side_effects,
    ...{ needsApproval: false, repeatable: false },
  };
}

const schemaHash = ({ input, output }: Pick<RemoteSkill, 'input' | 'output'>): string =>
  sha256(canonicalJson([input as Json, output as Json])).slice(0, 16);

function newest(known: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(known)
      .sort(([a], [b]) => byVersion(b, a))
      .slice(0, MAX_VERSIONS),
  );
}

/** Above 0 when `a` is the higher version. */
function byVersion(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  return x.map((part, i) => part - (y[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
