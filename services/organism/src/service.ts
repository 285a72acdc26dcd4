import { organism } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import type { ExecutePorts } from './attempt/execute.ts';
import type { AgentLinePorts } from './endpoints/agent-line.ts';
import { archiveAgent } from './endpoints/archive-agent.ts';
import { attachAgent } from './endpoints/attach-agent.ts';
import { collectAgentStats, collectHeartbeats, type TelemetryPorts } from './endpoints/collect-agents.ts';
import { createAgent } from './endpoints/create-agent.ts';
import { createAgents } from './endpoints/create-agents.ts';
import { evolve } from './endpoints/evolve.ts';
import { type AgentRunPorts, executeOnAgent } from './endpoints/execute-on-agent.ts';
import { executeOnOrgan } from './endpoints/execute-on-organ.ts';
import { getAgent } from './endpoints/get-agent.ts';
import { type CapabilityPorts, getOrganCapabilities } from './endpoints/get-organ-capabilities.ts';
import { getOrganStatus, type OrganStatusPorts } from './endpoints/get-organ-status.ts';
import { getOrganismHealth, type HealthPorts } from './endpoints/get-organism-health.ts';
import { getOrganismLogs, type LogPorts } from './endpoints/get-organism-logs.ts';
import { getOrganismMetrics, type MetricsPorts } from './endpoints/get-organism-metrics.ts';
import { getOrganismStatus, type OrganismStatusPorts } from './endpoints/get-organism-status.ts';
import { getOrganismSummary } from './endpoints/get-organism-summary.ts';
import { getRoutingRules } from './endpoints/get-routing-rules.ts';
import { handleTask } from './endpoints/handle-task.ts';
import { type InitializePorts, initializeOrganism } from './endpoints/initialize-organism.ts';
import { type KillPorts, killAgent } from './endpoints/kill-agent.ts';
import { listAgents } from './endpoints/list-agents.ts';
import { listInterventions } from './endpoints/list-interventions.ts';
import { type RefreshPorts, refreshRoutingCache } from './endpoints/refresh-routing-cache.ts';
import { type RoutePorts, resolveRouteEndpoint } from './endpoints/resolve-route.ts';
import { resolveRoutes } from './endpoints/resolve-routes.ts';
import { restartOrganism } from './endpoints/restart-organism.ts';
import { type StopPorts, shutdownOrganism } from './endpoints/shutdown-organism.ts';
import { type ConfigPorts, updateOrganConfig } from './endpoints/update-organ-config.ts';
import { type RulePorts, updateRoutingRules } from './endpoints/update-routing-rules.ts';
import type { BeginPorts } from './evolution/begin-evolution.ts';
import type { Hosts } from './hosts/hosts.ts';
import type { Journal } from './ports.ts';
import type { Registry } from './registry/registry.ts';

/** Everything the endpoints stand on. */
export type OrganismPorts = ExecutePorts &
  RoutePorts &
  RulePorts &
  RefreshPorts &
  ConfigPorts &
  StopPorts &
  InitializePorts &
  HealthPorts &
  MetricsPorts &
  LogPorts &
  OrganStatusPorts &
  OrganismStatusPorts &
  AgentLinePorts &
  AgentRunPorts &
  KillPorts &
  CapabilityPorts &
  BeginPorts &
  TelemetryPorts & { readonly hosts: Hosts; readonly registry: Registry; readonly journal: Journal };

/** The endpoints of organism. */
export const organismService = (ports: OrganismPorts) =>
  implement(organism, {
    handle_task: handleTask(ports),
    execute_on_organ: executeOnOrgan(ports),
    resolve_route: resolveRouteEndpoint(ports),
    resolve_routes: resolveRoutes(ports),
    get_routing_rules: getRoutingRules(ports),
    update_routing_rules: updateRoutingRules(ports),
    refresh_routing_cache: refreshRoutingCache(ports),
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
    update_organ_config: updateOrganConfig(ports),
    initialize_organism: initializeOrganism(ports),
    shutdown_organism: shutdownOrganism(ports),
    restart_organism: restartOrganism(ports),
    get_organism_health: getOrganismHealth(ports),
    get_organism_summary: getOrganismSummary(ports),
    get_organism_metrics: getOrganismMetrics(ports),
    get_organism_logs: getOrganismLogs(ports),
    kill_agent: killAgent(ports),
    list_interventions: listInterventions(ports),
    evolve: evolve(ports),
  });
