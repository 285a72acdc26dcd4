import { service } from '@seedcore/protocol';
import { heartbeat } from './heartbeat.ts';
import { agentEndpoints, agentEvents } from './organism/agents.ts';
import { attemptEndpoints, attemptEvents } from './organism/attempts.ts';
import { organEndpoints } from './organism/organs.ts';
import { routeEndpoints } from './organism/routes.ts';
import { runEndpoints, runEvents } from './organism/runs.ts';
import { skillEndpoints, skillEvents } from './organism/skills.ts';

/** Organs, agents in threads, and the skills they run. */
export const organism = service('organism', {
  doc: 'Runs the work: agents in organs run skills, in threads that can be stopped for real.',
  version: '0.1.0',
  endpoints: {
    ...runEndpoints,
    ...routeEndpoints,
    ...agentEndpoints,
    ...organEndpoints,
    ...attemptEndpoints,
    ...skillEndpoints,
  },
  events: { heartbeat, ...runEvents, ...agentEvents, ...attemptEvents, ...skillEvents },
});
