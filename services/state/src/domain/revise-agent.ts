import type { AgentPatch, AgentRecord } from '@seedcore/contracts';
import { canonicalJson } from '@seedcore/protocol';
import { vectorProblem } from './agent-vector.ts';
import { normaliseRoles, rolesProblem } from './roles.ts';

/** Most bytes of one record as JSON. */
export const MOST_RECORD_BYTES = 16_384;

/** A change of one agent. */
export type Revision = {
  readonly agentId: string;
  readonly patch: AgentPatch;
  readonly expectedRevision?: number | undefined;
  readonly epoch?: number | undefined;
  readonly normalise: boolean;
  readonly create: boolean;
  /** Who writes, for the provenance of each field. */
  readonly who: string;
  /** When, as RFC 3339. */
  readonly at: string;
  /** Length every h must have. */
  readonly dim: number;
};

/** Why a change was refused. */
export type Refusal =
  | { readonly code: 'conflict'; readonly details: { current_revision: number } }
  | { readonly code: 'stale_epoch'; readonly details: { current_epoch: number } }
  | { readonly code: 'invalid_roles'; readonly details: { why: string } }
  | { readonly code: 'bad_vector'; readonly details: { dim: number; want: number; why: string } }
  | { readonly code: 'archived' | 'unknown_agent'; readonly details: { agent_id: string } }
  | { readonly code: 'too_large'; readonly details: { limit: number; got: number } };

/** The record after a change and which fields it changed (none: nothing to write), or why it was refused. */
export type Revised =
  | {
      readonly ok: true;
      readonly record: AgentRecord;
      readonly changed: readonly string[];
      readonly normalised: boolean;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Applies `revision` to the record as it is now (`now` undefined: there is none); pure, so that it can be tried again. */
export function reviseAgent(now: AgentRecord | undefined, revisionNow: number, revision: Revision): Revised {
  const { patch, normalised } = repaired(revision);
  const refusal = gateRefusal(now, revisionNow, revision) ?? patchRefusal(patch, revision);
  if (refusal !== undefined) return { ok: false, refusal };
  const before = now ?? newAgent(revision);
  const epoch = Math.max(before.epoch, revision.epoch ?? 0);
  const changed = Object.entries(patch)
    .filter(([field, value]) => value !== undefined && (now === undefined || differs(before, field, value)))
    .map(([field]) => field);
  if (changed.length === 0 && now !== undefined && epoch === now.epoch)
    return { ok: true, record: now, changed, normalised };
  const marks = Object.fromEntries(changed.map((field) => [field, { who: revision.who, when: revision.at }]));
  const record: AgentRecord = {
    ...before,
    ...known(patch),
    epoch,
    updated_at: revision.at,
    provenance: { ...before.provenance, ...marks },
  };
  const got = new TextEncoder().encode(JSON.stringify(record)).length;
  if (got > MOST_RECORD_BYTES) return { ok: false, refusal: tooLarge(got) };
  return { ok: true, record, changed: epoch === before.epoch ? changed : [...changed, 'epoch'], normalised };
}

const tooLarge = (got: number): Refusal => ({ code: 'too_large', details: { limit: MOST_RECORD_BYTES, got } });

/** An agent nobody has reported anything of: a prior capability, all else unknown. */
function newAgent({ agentId, at }: Revision): AgentRecord {
  return {
    agent_id: agentId,
    organ_id: null,
    project_id: null,
    specialty: null,
    lifecycle: null,
    owner: null,
    archived: false,
    h: null,
    p: null,
    c: { value: 0.5, n: 0 },
    mem_util: null,
    skills: {},
    peers: {},
    counters: { tasks: 0, ok: 0, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 },
    quality: [],
    epoch: 0,
    created_at: at,
    updated_at: at,
    provenance: {},
  };
}

function gateRefusal(now: AgentRecord | undefined, revisionNow: number, revision: Revision): Refusal | undefined {
  const { agentId: agent_id, expectedRevision: expected, create, epoch, patch } = revision;
  const current_revision = now === undefined ? 0 : revisionNow;
  if (expected !== undefined && expected !== current_revision)
    return { code: 'conflict', details: { current_revision } };
  if (now === undefined) return create || expected === 0 ? undefined : { code: 'unknown_agent', details: { agent_id } };
  if (epoch !== undefined && epoch < now.epoch) return { code: 'stale_epoch', details: { current_epoch: now.epoch } };
  return now.archived && patch.archived !== false ? { code: 'archived', details: { agent_id } } : undefined;
}

function patchRefusal({ p, h }: AgentPatch, { dim }: Revision): Refusal | undefined {
  const why = p ? rolesProblem(p) : undefined;
  if (why !== undefined) return { code: 'invalid_roles', details: { why } };
  const bad = h ? vectorProblem(h, dim) : undefined;
  return h && bad !== undefined ? { code: 'bad_vector', details: { dim: h.dim, want: dim, why: bad } } : undefined;
}

function repaired({ patch, normalise }: Revision): { readonly patch: AgentPatch; readonly normalised: boolean } {
  if (!normalise || !patch.p || rolesProblem(patch.p) === undefined) return { patch, normalised: false };
  return { patch: { ...patch, p: normaliseRoles(patch.p) }, normalised: true };
}

const differs = (record: AgentRecord, field: string, value: unknown): boolean =>
  canonicalJson(Object.entries(record).find(([name]) => name === field)?.[1]) !== canonicalJson(value);

/** Fields that are named without a value stay as they are. */
const known = (patch: AgentPatch): Partial<AgentRecord> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
