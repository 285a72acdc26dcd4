import { organism } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import type { ExecutePorts } from './attempt/execute.ts';
import type { AgentLinePorts } from './endpoints/agent-line.ts';
import { archiveAgent } from './endpoints/archive-agent.ts';
import { attachAgent } from './endpoints/attach-agent.ts';
import { collectAgentStats, collectHeartbeats, type TelemetryPorts } from './endpoints/collect-agents.ts';
import { createAgent } from './endpoints/create-agent.ts';
import { createAgents } from './endpoints/create-agents.ts';
import { type AgentRunPorts, executeOnAgent } from './endpoints/execute-on-agent.ts';
import { executeOnOrgan } from './endpoints/execute-on-organ.ts';
import { getAgent } from './endpoints/get-agent.ts';
import { type CapabilityPorts, getOrganCapabilities } from './endpoints/get-organ-capabilities.ts';
import { getOrganStatus, type OrganStatusPorts } from './endpoints/get-organ-status.ts';
import { getOrganismStatus, type OrganismStatusPorts } from './endpoints/get-organism-status.ts';
import { handleTask } from './endpoints/handle-task.ts';
import { listAgents } from './endpoints/list-agents.ts';
import { type RoutePorts, resolveRouteEndpoint } from './endpoints/resolve-route.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { Registry } from './registry/registry.ts';

/** Everything the endpoints stand on. */
export type OrganismPorts = ExecutePorts &
  RoutePorts &
  OrganStatusPorts &
  CapabilityPorts &
  OrganismStatusPorts &
  AgentLinePorts &
  AgentRunPorts &
  TelemetryPorts & { readonly hosts: Hosts; readonly registry: Registry };

/** The endpoints of organism. */
export const organismService = (ports: OrganismPorts) =>
  implement(organism, {
    handle_task: handleTask(ports),
    execute_on_organ: executeOnOrgan(ports),
    resolve_route: resolveRouteEndpoint(ports),
    execute_on_agent: executeOnAgent(ports),
    list_agents: listAgents(ports),
    get_agent: getAgent(ports),
    create_agent: createAgent(ports),
    create_agents: createAgents(ports),
    attach_agent: attachAgent(ports),
    archive_agent: archiveAgent(ports),
    collect_heartbeats: collectHeartbeats(ports),
    collect_agent_stats: collectAgentStats(ports),
    get_organ_status: getOrganStatus(ports),
    get_organ_capabilities: getOrganCapabilities(ports),
    get_organism_status: getOrganismStatus(ports),
  });
