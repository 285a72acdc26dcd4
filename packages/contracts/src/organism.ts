import { service } from '@seedcore/protocol';
import { heartbeat } from './heartbeat.ts';
import { agentLifeEndpoints } from './organism/agent-life.ts';
import { agentEndpoints, agentEvents } from './organism/agents.ts';
import { attemptEndpoints, attemptEvents } from './organism/attempts.ts';
import { evolutionEndpoints, evolutionEvents } from './organism/evolution.ts';
import { hostEvents } from './organism/hosts.ts';
import { insightEndpoints } from './organism/insight.ts';
import { lifecycleEndpoints } from './organism/lifecycle.ts';
import { managerEvents } from './organism/managers.ts';
import { organEndpoints } from './organism/organs.ts';
import { replicaEvents } from './organism/replicas.ts';
import { routeEndpoints, routeEvents } from './organism/routes.ts';
import { runEndpoints, runEvents } from './organism/runs.ts';
import { skillEndpoints, skillEvents } from './organism/skills.ts';
import { telemetryEndpoints } from './organism/telemetry.ts';

/** Organs, agents in threads, and the skills they run. */
export const organism = service('organism', {
  doc: 'Runs the work: agents in organs run skills, in threads that can be stopped for real.',
  version: '0.1.0',
  endpoints: {
    ...runEndpoints,
    ...routeEndpoints,
    ...agentEndpoints,
    ...agentLifeEndpoints,
    ...telemetryEndpoints,
    ...organEndpoints,
    ...lifecycleEndpoints,
    ...insightEndpoints,
    ...attemptEndpoints,
    ...skillEndpoints,
    ...evolutionEndpoints,
  },
  events: {
    heartbeat,
    ...runEvents,
    ...routeEvents,
    ...agentEvents,
    ...hostEvents,
    ...replicaEvents,
    ...attemptEvents,
    ...managerEvents,
    ...skillEvents,
    ...evolutionEvents,
  },
});
