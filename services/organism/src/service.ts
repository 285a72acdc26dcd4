import { organism } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import type { ExecutePorts } from './attempt/execute.ts';
import { executeOnOrgan } from './endpoints/execute-on-organ.ts';
import { type CapabilityPorts, getOrganCapabilities } from './endpoints/get-organ-capabilities.ts';
import { getOrganStatus, type OrganStatusPorts } from './endpoints/get-organ-status.ts';
import { getOrganismStatus, type OrganismStatusPorts } from './endpoints/get-organism-status.ts';
import { handleTask } from './endpoints/handle-task.ts';
import { type KillPorts, killAgent } from './endpoints/kill-agent.ts';
import { type AgentListPorts, listAgents } from './endpoints/list-agents.ts';
import { listInterventions } from './endpoints/list-interventions.ts';
import { type RoutePorts, resolveRouteEndpoint } from './endpoints/resolve-route.ts';
import type { Journal } from './ports.ts';

/** Everything the endpoints stand on. */
export type OrganismPorts = ExecutePorts &
  RoutePorts &
  AgentListPorts &
  OrganStatusPorts &
  OrganismStatusPorts &
  KillPorts &
  CapabilityPorts & { readonly journal: Journal };

/** The endpoints of organism. */
export const organismService = (ports: OrganismPorts) =>
  implement(organism, {
    handle_task: handleTask(ports),
    execute_on_organ: executeOnOrgan(ports),
    resolve_route: resolveRouteEndpoint(ports),
    list_agents: listAgents(ports),
    get_organ_status: getOrganStatus(ports),
    get_organ_capabilities: getOrganCapabilities(ports),
    get_organism_status: getOrganismStatus(ports),
    kill_agent: killAgent(ports),
    list_interventions: listInterventions(ports),
  });
