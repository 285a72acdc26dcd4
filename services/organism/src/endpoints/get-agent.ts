import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { AgentReport } from '../hosts/agent-report.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { type AgentLinePorts, agentLine } from './agent-line.ts';

/** Longest wait for the host of an agent, in ms; without it the answer is what was last heard. */
const ASK_MS = 250;
/** Share of the time of a call that is spent on it at most. */
const ASK_SHARE = 0.5;

/** One agent. */
export function getAgent(
  ports: AgentLinePorts & { readonly hosts: Pick<Hosts, 'ask'> },
): Handler<typeof organism.endpoints.get_agent> {
  const { roster, reports, hosts } = ports;
  return async ({ agent_id }, call) => {
    const known = roster.agent(agent_id);
    if (known === undefined) return fail('unknown_agent', { agent_id });
    const { host } = known.holding;
    const ms = Math.min(ASK_MS, ASK_SHARE * call.left());
    const [report] = host === null ? [] : ((await hosts.ask(host, { agentIds: [agent_id] }, ms)) ?? []);
    if (report !== undefined) reports.answered(report);
    const agent = agentLine(roster.agent(agent_id) ?? known, ports, report);
    return ok({ agent, ...runningOf(agent, report) });
  };
}

function runningOf({ load, progress }: { load: number | null; progress: number | null }, report?: AgentReport) {
  if (report?.task_id !== undefined)
    return { running: { task_id: report.task_id, progress: report.progress ?? progress } };
  const busy = report === undefined && (load ?? 0) > 0;
  return busy ? { running: { task_id: null, progress } } : {};
}
