import type { TriageReport, TriageRequest, TriageStep } from '@seedcore/contracts';
import type { Detection } from './detection.ts';
import { headline } from './incident.ts';
import type { Judgement } from './mutation-rules.ts';

/** What came of thinking about a series. */
export type TriageThought = {
  readonly judgement: Judgement;
  readonly deltaE: number | undefined;
  readonly reason: NonNullable<TriageReport['reason']> | undefined;
  readonly confidence: number | undefined;
};

/** Everything a triage found out; without a thought nothing stood out. */
export type TriageFacts = Detection & {
  readonly triage_id: string;
  readonly request: TriageRequest;
  readonly drift: number | undefined;
  readonly escalation: string | undefined;
  readonly thought?: TriageThought;
  readonly steps: readonly TriageStep[];
};

/** The report of a triage. */
export function triageReport(facts: TriageFacts): TriageReport {
  const { thought } = facts;
  return {
    triage_id: facts.triage_id,
    agent_id: facts.request.agent_id,
    anomalies: [...facts.anomalies],
    found: facts.found,
    drift: facts.drift ?? null,
    escalated: facts.escalation !== undefined,
    reason: thought?.reason ?? null,
    decision: thought ? judged(thought) : { ...NOTHING_FOUND },
    delta_e_est: thought?.deltaE ?? null,
    explanation: explanationOf(facts),
    steps: [...facts.steps],
  };
}

const NOTHING_FOUND = {
  action: 'hold',
  by: 'no_anomaly',
  rule: 'no-anomaly',
  confidence: null,
  carried_out: false,
} as const;

function judged({ judgement, confidence }: TriageThought): TriageReport['decision'] {
  return { ...judgement, by: 'rules', confidence: confidence ?? null, carried_out: false };
}

function explanationOf(facts: TriageFacts): string {
  const found = headline({
    found: facts.found,
    anomalies: facts.anomalies,
    n: facts.request.series.length,
    drift: facts.drift,
  });
  if (facts.thought === undefined) return `${found}: nothing stands out, so nothing is done.`;
  const { action, rule } = facts.thought.judgement;
  const thought = facts.escalation === undefined ? 'not escalated' : `escalated because ${facts.escalation}`;
  const act =
    action === 'hold' ? 'hold' : `${action} is recommended, and left to a person: nothing here starts such a job`;
  return `${found}; ${thought}; rule ${rule}: ${act}.`;
}
