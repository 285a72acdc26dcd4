import type { organism } from '@seedcore/contracts';
import { type Call, fail, type Handler } from '@seedcore/protocol';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { AgentRun, AgentRunReply } from '../hosts/host-desk.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Records } from '../ports.ts';

/** After so long an agent without a host may be asked for again, in ms. */
const HOMELESS_RETRY_MS = 2000;

/** What running a task on a named agent stands on. */
export type AgentRunPorts = {
  readonly roster: Roster;
  readonly records: Pick<Records, 'readAgent'>;
  readonly hosts: Pick<Hosts, 'run'>;
};

type Endpoint = typeof organism.endpoints.execute_on_agent;

/** Runs a task on the named agent: here, or by one hop to the replica that hosts it. */
export function executeOnAgent(ports: AgentRunPorts): Handler<Endpoint> {
  return async ({ agent_id, epoch, agent_timeout_ms, ...work }, call) => {
    const given = { agent_id, ...(epoch === undefined ? {} : { epoch }), ...work };
    const own = call.child(agent_timeout_ms);
    const reply = await runOn(await found(agent_id, epoch, ports), { run: given, call: own }, ports);
    const moved = epoch === undefined && !reply.ok && reply.failure.code === 'stale_handle';
    // Who brought no handle means the agent wherever it is; it has moved since this replica last heard.
    return moved ? runOn(await ports.records.readAgent(agent_id), { run: given, call: own }, ports) : reply;
  };
}

type Known = Pick<RosterAgent, 'holding' | 'epoch'>;
type Order = { readonly run: AgentRun; readonly call: Call };

async function runOn(agent: Known | undefined, { run, call }: Order, ports: AgentRunPorts): Promise<AgentRunReply> {
  const { agent_id, epoch } = run;
  const archivedAt = agent?.holding.archived_at;
  if (agent === undefined || archivedAt !== undefined)
    return fail('unknown_agent', { agent_id, ...(archivedAt === undefined ? {} : { archived_at: archivedAt }) });
  const { host, organ_id, presence } = agent.holding;
  if (epoch !== undefined && epoch !== agent.epoch)
    return fail('stale_handle', { agent_id, current_epoch: agent.epoch, host });
  const stopped = ports.roster.organ(organ_id)?.record.state === 'stopped';
  if (stopped || host === null || presence !== 'ready')
    return fail('organ_not_ready', {
      organ_id,
      state: stopped ? 'stopped' : 'agent_without_host',
      retry_after_ms: HOMELESS_RETRY_MS,
    });
  return ports.hosts.run(host, run, call);
}

/** What is known here; the leader is asked when that is nothing, or cannot be the whole truth. */
async function found(
  agentId: string,
  epoch: number | undefined,
  { roster, records }: AgentRunPorts,
): Promise<Known | undefined> {
  const known = roster.agent(agentId);
  if (known !== undefined && (epoch === undefined || epoch === known.epoch)) return known;
  return records.readAgent(agentId);
}
