import type { organism } from '@seedcore/contracts';
import { type Call, canonicalJson, fail, type Input, type Reply, sha256 } from '@seedcore/protocol';
import type { AgentPool, Wanted } from '../agents/agent-pool.ts';
import type { LocalAgent } from '../agents/local-agent.ts';
import type { RunReply } from '../attempt/execute.ts';
import type { JoinedRuns } from '../attempt/joined-runs.ts';
import { admitted, type InPlacePorts, runInPlace, specialtyOpen } from '../attempt/run-in-place.ts';
import { lacks } from '../domain/eligible.ts';
import type { Roster } from '../domain/roster.ts';
import type { AttachedRuns } from '../organs/attached-runs.ts';
import type { OrganWork } from '../organs/organ-work.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { AgentQuestion, AgentReport } from './agent-report.ts';

/** A task for one agent. */
export type AgentRun = Pick<Input<Endpoint>, 'agent_id' | 'epoch' | 'task' | 'hints'>;
/** What comes of it. */
export type AgentRunReply = Reply<Endpoint>;
type Endpoint = typeof organism.endpoints.execute_on_agent;

/** What a host answers from. */
export type DeskPorts = InPlacePorts & {
  readonly pool: AgentPool;
  readonly roster: Roster;
  readonly skills: Pick<ReadonlyMap<string, Skill>, 'get'>;
  readonly attached: AttachedRuns;
  readonly organWork: Pick<OrganWork, 'halted'>;
  readonly joined: JoinedRuns<{ readonly content: string; readonly reply: RunReply }>;
};

/** After so long an agent that is busy may be asked again, in ms. */
const BUSY_RETRY_MS = 1000;

/** What this process answers, whoever asks, about the agents it hosts. */
export class HostDesk {
  readonly #ports: DeskPorts;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** What the agents say of themselves that are here; of the others nothing. */
  async ask({ agentIds, probeMs }: AgentQuestion): Promise<AgentReport[]> {
    const here = agentIds.flatMap((agentId) => this.#ports.pool.get(agentId) ?? []);
    return Promise.all(here.map((agent) => reportOf(agent, probeMs)));
  }

  /** Runs a task on an agent that is here; a repeat of the same id joins the run, or gets its answer. */
  async run({ agent_id, epoch, task, hints }: AgentRun, call: Call): Promise<AgentRunReply> {
    const agent = this.#ports.pool.get(agent_id);
    if (agent === undefined || (epoch !== undefined && epoch !== agent.epoch)) return this.#stale(agent_id);
    if (this.#ports.skills.get(task.type)?.sideEffects === true)
      return fail('needs_queue', { organ_id: agent.organId, skill: task.type });
    const id = task.id ?? call.id;
    const content = sha256(canonicalJson({ agent_id, ...task }));
    try {
      const begun = await this.#ports.joined.run(id, async () => ({
        content,
        reply: await this.#begin(agent, { task: { ...task, id }, hints, call }),
      }));
      return begun.content === content ? begun.reply : fail('conflict', { id });
    } catch (cause) {
      if (cause instanceof AgentBusy) return fail('agent_busy', { agent_id, retry_after_ms: BUSY_RETRY_MS });
      throw cause;
    }
  }

  #stale(agentId: string): AgentRunReply {
    const known = this.#ports.roster.agent(agentId);
    const host = known?.holding.host ?? null;
    return fail('stale_handle', { agent_id: agentId, current_epoch: known?.epoch ?? 0, host });
  }

  async #begin(agent: LocalAgent, { task, hints, call }: Begun): Promise<RunReply> {
    const { pool, skills, attached, breakers, organWork, roster } = this.#ports;
    const { organId, agentId } = agent;
    const stopped = roster.organ(organId)?.record.state === 'stopped';
    if (stopped || organWork.halted(organId))
      return fail('organ_not_ready', {
        organ_id: organId,
        state: stopped ? 'stopped' : 'restarting',
        retry_after_ms: 5000,
      });
    const needed: Wanted['skills'] = [task.type, ...task.requires];
    const lacking = lacks(needed, agent);
    const skill = skills.get(task.type);
    if (skill === undefined || lacking.length > 0) {
      const nearest = [{ agent_id: agent.agentId, lacks: lacking.length > 0 ? lacking : [task.type] }];
      return fail('no_capable_agent', { requires: [...needed], nearest });
    }
    const wanted = { organId, agentId, skills: needed, taskId: task.id, leftMs: call.left() };
    const closedMs = await admitted({ skill, wanted, task }, this.#ports);
    if (closedMs !== undefined) return specialtyOpen({ organId, specialty: skill.name }, closedMs);
    const taken = pool.take(wanted);
    if (!('agent' in taken)) {
      breakers.ended({ organId, specialty: skill.name }, task.id, 'neither');
      throw new AgentBusy();
    }
    const run = { task, hints, skill, wanted, agent: taken.agent };
    return attached.run(organId, call, (own) => runInPlace({ ...run, call: own }, this.#ports));
  }
}

type Begun = {
  readonly task: AgentRun['task'] & { readonly id: string };
  readonly hints: AgentRun['hints'];
  readonly call: Call;
};

/** Nothing was begun, so that nothing is kept for a repeat. */
class AgentBusy extends Error {}

async function reportOf(agent: LocalAgent, probeMs: number | undefined): Promise<AgentReport> {
  const { agentId, epoch, taskId, progress, idleSince, ledger, pulse } = agent;
  const responding = probeMs === undefined ? undefined : await pulse.probe(probeMs);
  const { c, counters, quality, p, lifecycle } = ledger.standing;
  return {
    agent_id: agentId,
    epoch,
    ...(taskId === undefined ? {} : { task_id: taskId }),
    ...(progress === undefined ? {} : { progress }),
    ...(idleSince === undefined ? {} : { idle_since: new Date(idleSince).toISOString() }),
    ...(responding === undefined ? {} : { responding }),
    silent_ms: pulse.silentMs,
    standing: { c, counters, quality: [...quality], p, lifecycle },
    complete: ledger.known,
  };
}
