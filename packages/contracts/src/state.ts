import { service } from '@seedcore/protocol';
import { agentEndpoints, agentEvents } from './state/agents.ts';
import { backupEndpoints, backupEvents } from './state/backups.ts';
import { beliefEndpoints, beliefEvents } from './state/beliefs.ts';
import { factEndpoints, factEvents } from './state/facts.ts';
import { figureEndpoints, figureEvents } from './state/figures.ts';
import { itemEndpoints } from './state/items.ts';
import { memoryEndpoints, memoryEvents } from './state/memories.ts';
import { snapshotEndpoints } from './state/snapshots.ts';

/** The memory of the organism: records of agents, facts, and one picture of everything with its age and gaps. */
export const state = service('state', {
  doc: 'Remembers agents and facts, and assembles one picture of everything that says how old and how complete it is.',
  version: '0.1.0',
  endpoints: {
    ...agentEndpoints,
    ...factEndpoints,
    ...memoryEndpoints,
    ...beliefEndpoints,
    ...itemEndpoints,
    ...snapshotEndpoints,
    ...backupEndpoints,
    ...figureEndpoints,
  },
  events: {
    ...agentEvents,
    ...beliefEvents,
    ...factEvents,
    ...memoryEvents,
    ...backupEvents,
    ...figureEvents,
  },
});
