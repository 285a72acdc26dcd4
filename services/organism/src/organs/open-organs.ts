import type { Clock } from '@seedcore/protocol';
import type { Store } from '@seedcore/store';
import { StoreOrgans } from '../adapters/store-organs.ts';
import type { AgentPool } from '../agents/agent-pool.ts';
import type { OrganQueues } from '../agents/organ-queues.ts';
import { Rounds } from '../agents/rounds.ts';
import type { Roster } from '../domain/roster.ts';
import { AttachedRuns } from './attached-runs.ts';
import type { EndTally } from './end-tally.ts';
import { OrganWork } from './organ-work.ts';

/** How often a replica looks whether organs are to stop or to begin anew, in ms. */
const FOLLOW_MS = 500;

/** What the organs of a replica are opened on. */
export type OrgansParts = {
  readonly store: Store;
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly queues: OrganQueues;
  readonly tally: EndTally;
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

/** The organs as this replica follows them. */
export function openOrgans({ store, ...parts }: OrgansParts) {
  const { clock, warn } = parts;
  const organs = new StoreOrgans(store);
  const attached = new AttachedRuns();
  const organWork = new OrganWork({ ...parts, attached });
  const rounds = new Rounds(clock, FOLLOW_MS, {
    round: async () => organWork.look(),
    failed: (cause) => warn('organs could not be followed', cause),
  });
  return {
    ports: { organs, attached, organWork },
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
