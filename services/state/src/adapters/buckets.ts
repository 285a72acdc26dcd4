import { type AgentRecord, agentRecord, type Fact, fact, modeRecord } from '@seedcore/contracts';
import { type Bucket, bucketAsset, type Store } from '@seedcore/store';
import { z } from 'zod';
import type { OrganNote } from '../domain/snapshot-source.ts';

const DAY_MS = 86_400_000;
/** How long a fact is kept after it expired. */
const KEPT_AFTER_MS = 30 * DAY_MS;

/** What state keeps. */
export const stateAssets = [
  bucketAsset('agents', 'Records of agents, by id.', { history: 3 }),
  bucketAsset('beliefs', 'What projects hold to be so, by project, and what changed it.', {
    history: 64,
    expiringKeys: true,
  }),
  bucketAsset(
    'memory',
    'Facts as f.<id>, memories as m. and fb.<agent>.<id>, vectors of texts as v.<key of the text>, items as w.<store>.>, counts of misses, and which stores there are.',
    { expiringKeys: true, epochs: true },
  ),
] as const;

/** Prefix of the keys of facts in `<ns>_memory`. */
export const FACT_PREFIX = 'f.';
/** Prefix of the keys of organs in `<ns>_organs`, which organism keeps. */
export const ORGAN_PREFIX = 'organ.';

/** Records of agents. */
export const agentBucket = (store: Store): Bucket<AgentRecord> =>
  store.bucket({ name: 'agents', schema: agentRecord, version: 1 });

/** What a fact is today, and was. */
export const factSpec = {
  name: 'memory',
  schema: fact,
  version: 2,
  upgrade: { 1: (old: unknown) => ({ visibility: 'public', no_external_egress: false, ...Object(old) }) },
};

/** Facts; those with an end are dropped 30 days after it. */
export const factBucket = (store: Store, wallMs: () => number): Bucket<Fact> =>
  store.bucket({
    ...factSpec,
    ttlMs: ({ valid_until: until }) =>
      until === undefined ? undefined : Math.max(DAY_MS, Date.parse(until) - wallMs() + KEPT_AFTER_MS),
  });

const share = z.number();
const text = z.string().nullable().catch(null);
const count = z.int().nonnegative().nullable().catch(null);

/** What is read of organism's records: whatever is not as expected is unknown, and further fields are passed over. */
const organNote: z.ZodType<OrganNote> = z.object({
  organ_id: z.string(),
  kind: text,
  state: text,
  role_prior: z.object({ e: share, s: share, o: share }).nullable().catch(null),
  desired: count,
  max_agents: count,
  skills: z.array(z.string()).catch([]),
});

/** Organs as organism records them, read only. */
export const organBucket = (store: Store): Bucket<OrganNote> =>
  store.bucket({ name: 'organs', schema: organNote, version: 1 });

/** The mode as energy records it, read only. */
export const modeBucket = (store: Store) => store.bucket({ name: 'energy', schema: modeRecord, version: 1 });
