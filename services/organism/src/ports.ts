import type {
  AgentHolding,
  Beat,
  EvolutionLine,
  InterventionRecord,
  ManagerVerdict,
  OrganRecord,
  Outcome,
  RoleShares,
  RoutingState,
  RunningLine,
  StopAnswer,
} from '@seedcore/contracts';
import type { Call, Degraded } from '@seedcore/protocol';
import type { RosterChange } from './domain/roster.ts';
import type { Breaker } from './domain/specialty-breaker.ts';
import type { Standing } from './domain/standing.ts';
import type { Kept } from './routing/rule-records.ts';
import type { CatalogueChange } from './skill/catalogue/catalogue.ts';
import type { TellEmitted } from './skill/left-behind.ts';
import type { Survey } from './skill/survey.ts';
import type { Place } from './supervision/breakers.ts';

/** Who holds an agent, and since which epoch. */
export type Held = { readonly holding: AgentHolding; readonly epoch: number };

/** Records of organs and agents that every replica shares. */
export interface Records {
  /** Creates the organ unless it is there; raises its `desired` to the plan's. */
  ensureOrgan(plan: OrganRecord): Promise<void>;
  /** Creates the agent unless it is there; exactly one of many replicas gets `created: true`. */
  createAgent(holding: AgentHolding): Promise<Held & { readonly created: boolean }>;
  /** An agent as the leader has it now. */
  readAgent(agentId: string): Promise<Held | undefined>;
  /** Changes an agent that is still at this epoch, which gives it a new one; undefined when somebody else was faster. */
  reviseAgent(agentId: string, epoch: number, patch: Partial<AgentHolding>): Promise<Held | undefined>;
  /** Removes an agent that is still at this epoch. */
  removeAgent(agentId: string, epoch: number): Promise<void>;
  /** Hands over every record, then every change; resolves when the first set is complete. */
  watch(listener: (change: RosterChange) => void): Promise<void>;
  /** Milliseconds since the broker was last heard, 0 while the view is current. */
  lagMs(): number;
}

/** Who changes what organs can do. */
export interface Teacher {
  /** Adds skills to what an organ can do; nothing when it can already, or is not there. */
  teachOrgan(organId: string, skills: readonly string[]): Promise<void>;
}

/** What state remembers of an agent. */
export interface AgentMemory {
  /** Undefined when state does not know the agent. */
  load(agentId: string): Promise<Standing | undefined>;
  /** `stale`: state takes nothing more of this agent from us, since a newer host holds it or it was archived. */
  save(agent: MemoryOf): Promise<'saved' | 'stale'>;
  /** Has state know an agent that does not live yet as it knows another: its vector and its roles. */
  copy(agent: { readonly from: string; readonly to: string; readonly organId: string }): Promise<void>;
  /** Hears of role shares that somebody else than organism has set, of agents that are `hosted` here. */
  onRoles(hosted: (agentId: string) => boolean, listener: (agentId: string, p: RoleShares) => void): void;
  /** Marks an agent as archived; what state does not know is not marked. */
  archive(agent: { readonly agentId: string; readonly epoch: number }): Promise<void>;
}

/** What is to be remembered of an agent. */
export type MemoryOf = {
  readonly agentId: string;
  readonly epoch: number;
  readonly host: string;
  readonly organ: OrganRecord;
  readonly standing: Standing;
};

/** Other instances of this service. */
export interface Peers {
  /** Ids of the instances that answer a ping. */
  ping(): Promise<readonly string[]>;
  beat(beats: readonly Beat[]): void;
  onBeat(listener: (instance: string, beats: readonly Beat[]) => void): void;
}

/** Other services, as skills reach them: checked by name, because names come out of threads. */
export interface Services {
  call(target: { readonly service: string; readonly endpoint: string }, input: unknown, how: CallHow): Promise<unknown>;
  survey(names: readonly string[] | undefined, timeoutMs: number): Promise<Survey>;
}

/** On whose behalf a call is made, and what ends it. */
export type CallHow = { readonly parent: Call; readonly signal: AbortSignal };

/** Who hears what happens here; nobody waits for it. */
export interface Announcements {
  started(run: Pick<Outcome, 'task_id' | 'attempt' | 'epoch' | 'organ_id' | 'agent_id' | 'skill' | 'trace_id'>): void;
  finished(outcome: Outcome, degraded: Degraded | undefined): void;
  routingChanged(state: Kept<RoutingState>): void;
  /** The skills of this process are others than before. */
  catalogueChanged(change: CatalogueChange): void;
  /** Keeps an event of a skill, and tells it, once under its id. */
  readonly emitted: TellEmitted;
  attached(agent: AgentOnHost & { readonly was?: string }): void;
  created(agent: AgentOnHost): void;
  moved(agent: AgentOnHost & { readonly was: { readonly organ_id: string; readonly host?: string } }): void;
  suspect(agent: AgentOnHost & { readonly still_ms: number }): void;
  gone(agent: AgentOnHost & { readonly why: 'no_answer' | 'host_dead' }): void;
  /** An evolution has ended. */
  evolved(evolution: EvolutionLine): void;
  archived(agent: Omit<AgentOnHost, 'host'> & { readonly reason: string }): void;
  /** What has become of another host. */
  host(state: 'slow' | 'suspect' | 'dead', silence: { readonly host: string; readonly silent_ms: number }): void;
}

/** An agent, where it is, and since which epoch. */
export type AgentOnHost = {
  readonly agent_id: string;
  readonly organ_id: string;
  readonly host: string;
  readonly epoch: number;
};

/** Where interventions are kept, for 14 days. */
export interface Journal {
  keep(record: InterventionRecord): Promise<void>;
  /** Oldest first, of one task when named; `complete` is false when there are more than are read. */
  read(taskId?: string): Promise<{ readonly records: readonly InterventionRecord[]; readonly complete: boolean }>;
}

/** Breakers of skills in organs, shared by every replica. */
export interface BreakerRecords {
  /** Changes one by compare-and-set; the same breaker as before is not written. @returns what stands there now */
  change(place: Place, change: (now: Breaker | undefined) => Breaker): Promise<Breaker>;
  /** Hands over every breaker, then every change; resolves when the first set is complete. */
  watch(listener: (place: Place, breaker: Breaker | undefined) => void): Promise<void>;
}

/** A wish of another replica that the run of an agent here be ended. */
export type StopWish = {
  readonly request: string;
  readonly agent_id: string;
  readonly reason: string;
  readonly grace_ms: number;
  readonly respawn: boolean;
  /** What a manager found one run to be: that run is meant, and no other. */
  readonly verdict?: ManagerVerdict | undefined;
};

/** What replicas tell each other about runs, and everybody about what was done to them. */
export interface WatchWire {
  running(runs: readonly RunningLine[]): void;
  /** Hears what other replicas run. */
  onRunning(listener: (instance: string, runs: readonly RunningLine[]) => void): void;
  wantStop(wish: StopWish): void;
  onStopWanted(listener: (wish: StopWish) => void): void;
  answerStop(answer: StopAnswer & { readonly request: string }): void;
  onStopAnswered(listener: (answer: StopAnswer & { readonly request: string }) => void): void;
  intervened(record: InterventionRecord): void;
  breaker(place: Place, to: Breaker['state']): void;
}
