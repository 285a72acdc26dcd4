import type { DecisionContext, IncidentContext, TaskRoute, TriageReport } from '@seedcore/contracts';
import type { CallOptions } from '@seedcore/protocol';
import type { Detection } from './domain/detection.ts';
import type { OrganRoute } from './domain/route-decision.ts';
import type { Health, Present } from './domain/system-status.ts';
import type { Answered } from './domain/triage-step.ts';

/** Numbers from data, by ml. */
export interface Measuring {
  /** How far the stream of a series has moved, 0 to 1. */
  drift(
    stream: { readonly agent_id: string; readonly domain: string },
    series: Series,
    call: CallOptions,
  ): Promise<Answered<number>>;
  anomalies(series: Series, timestamps: readonly string[] | undefined, call: CallOptions): Promise<Answered<Detection>>;
}

/** Values in time order; null = missing. */
export type Series = readonly (number | null)[];

/** Causes and choices, by cognitive. */
export interface Thinking {
  reason(agentId: string, incident: IncidentContext, call: CallOptions): Promise<Answered<Reason>>;
  decide(agentId: string, question: DecisionContext, call: CallOptions): Promise<Answered<Choice>>;
}

/** Why something happened, as thinking sees it. */
export type Reason = NonNullable<TriageReport['reason']>;
/** One of the offered options, or `hold`. */
export type Choice = { readonly decision: string; readonly confidence: number };

/** How hard the organism may work and what it costs, by energy. */
export interface Governing {
  /** Answers nothing while nobody has checked. */
  mode(call: CallOptions): Promise<Answered<string>>;
  /** Change of energy if drift and anomaly were calm; negative is a gain. */
  deltaIfCalm(
    now: { readonly drift: number | undefined; readonly anomaly: number },
    call: CallOptions,
  ): Promise<Answered<number>>;
}

/** Who does what, and doing it, by organism. */
export interface Organs {
  /** @throws MeshError when nobody answers */
  route(task: Routable, call: CallOptions): Promise<Answered<OrganRoute>>;
  /** Runs `analyze_series` on an agent of the organ: the figures it found, by name. */
  profile(
    work: { readonly id: string; readonly organ_id: string; readonly series: Series },
    call: CallOptions,
  ): Promise<Answered<Figures>>;
}

/** What decides about a route. */
export type Routable = {
  readonly type: string;
  readonly domain: string;
  readonly requires: readonly string[];
  readonly preferred?: string | undefined;
};
/** Numbers by name. */
export type Figures = Readonly<Record<string, number>>;

/** What is known about everything, and what shall be known later, by state. */
export interface Memory {
  picture(call: CallOptions): Promise<Answered<Figures>>;
  remember(
    fact: { readonly agent_id: string; readonly text: string; readonly outcome: string },
    call: CallOptions,
  ): Promise<Answered<string>>;
}

/** Events on the bus; they may be lost. */
export interface Announcements {
  routed(task: { readonly id: string; readonly type: string }, route: TaskRoute): void;
  triaged(report: TriageReport, ms: number): void;
}

/** Everything a triage asks. */
export type TriagePorts = {
  readonly measuring: Measuring;
  readonly thinking: Thinking;
  readonly governing: Governing;
  readonly organs: Organs;
  readonly memory: Memory;
  readonly announcements: Announcements;
};

/** Who is there and how they are. */
export interface Census {
  instances(): Promise<Present>;
  health(service: string, call: CallOptions): Promise<Health>;
  /** Undefined while nobody has checked. */
  mode(call: CallOptions): Promise<string | undefined>;
  /** Ids of the organs, which are also the names of their queues. */
  organs(call: CallOptions): Promise<readonly string[]>;
}
