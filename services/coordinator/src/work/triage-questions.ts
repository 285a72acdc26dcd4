import type { DecisionContext, IncidentContext, TriageReport, TriageRequest } from '@seedcore/contracts';
import type { Detection } from '../domain/detection.ts';
import type { OrganRoute } from '../domain/route-decision.ts';
import type { Asked, Finding } from '../domain/triage-step.ts';
import type { Choice, Figures, Reason, TriagePorts } from '../ports.ts';
import type { TriageSteps } from './triage-steps.ts';

/** The questions of a triage: who is asked, and how each looks in the report. */
export const asked = {
  drift: { step: 'drift', service: 'ml', endpoint: 'compute_drift_score' },
  detect: { step: 'detect', service: 'ml', endpoint: 'detect_anomaly' },
  picture: { step: 'picture', service: 'state', endpoint: 'get_aggregated_state' },
  mode: { step: 'mode', service: 'energy', endpoint: 'get_mode' },
  route: { step: 'route', service: 'organism', endpoint: 'resolve_route' },
  profile: { step: 'profile', service: 'organism', endpoint: 'execute_on_organ' },
  energy: { step: 'energy', service: 'energy', endpoint: 'compute_energy' },
  reason: { step: 'reason', service: 'cognitive', endpoint: 'reason_about_failure' },
  decide: { step: 'decide', service: 'cognitive', endpoint: 'make_decision' },
  rules: { step: 'rules', service: 'coordinator' },
  remember: { step: 'remember', service: 'state', endpoint: 'store_fact' },
} as const satisfies Record<string, Asked>;

const QUICK_MS = 3_000;
const PROFILE_MS = 10_000;
const DECIDE_MS = 15_000;
const REASON_MS = 20_000;
const WRITE_MS = 15_000;

/** Asks the services about one series. */
export class TriageQuestions {
  readonly #ports: TriagePorts;
  readonly #steps: TriageSteps;
  readonly #request: TriageRequest;

  constructor(request: TriageRequest, ports: TriagePorts, steps: TriageSteps) {
    this.#request = request;
    this.#ports = ports;
    this.#steps = steps;
  }

  drift(): Promise<Finding<number>> {
    const { series } = this.#request;
    const ask = this.#ports.measuring;
    return this.#steps.ask({
      asked: asked.drift,
      limitMs: QUICK_MS,
      ask: (call) => ask.drift(this.#request, series, call),
      detail: (drift) => `drift ${drift.toFixed(3)}`,
    });
  }

  anomalies(): Promise<Finding<Detection>> {
    const { series, timestamps } = this.#request;
    return this.#steps.ask({
      asked: asked.detect,
      limitMs: QUICK_MS,
      ask: (call) => this.#ports.measuring.anomalies(series, timestamps, call),
      detail: ({ found }) => `${found} of ${series.length} points stand out`,
    });
  }

  picture(): Promise<Finding<Figures>> {
    return this.#steps.ask({
      asked: asked.picture,
      limitMs: QUICK_MS,
      ask: (call) => this.#ports.memory.picture(call),
      detail: figureText,
    });
  }

  mode(): Promise<Finding<string>> {
    return this.#steps.ask({
      asked: asked.mode,
      limitMs: QUICK_MS,
      ask: (call) => this.#ports.governing.mode(call),
      detail: (mode) => mode,
    });
  }

  route(): Promise<Finding<OrganRoute>> {
    return this.#steps.ask({
      asked: asked.route,
      limitMs: QUICK_MS,
      ask: (call) =>
        this.#ports.organs.route({ type: 'analyze_series', domain: this.#request.domain, requires: [] }, call),
      detail: ({ logical_id, resolved_from }) => `${logical_id}, by ${resolved_from}`,
    });
  }

  profile(triageId: string, organ_id: string): Promise<Finding<Figures>> {
    const { series } = this.#request;
    return this.#steps.ask({
      asked: asked.profile,
      limitMs: PROFILE_MS,
      ask: (call) => this.#ports.organs.profile({ id: `${triageId}-profile`, organ_id, series }, call),
      detail: figureText,
    });
  }

  energy(now: { readonly drift: number | undefined; readonly anomaly: number }): Promise<Finding<number>> {
    return this.#steps.ask({
      asked: asked.energy,
      limitMs: QUICK_MS,
      ask: (call) => this.#ports.governing.deltaIfCalm(now, call),
      detail: (deltaE) => `calm would change the energy by ${deltaE.toFixed(4)}`,
    });
  }

  reason(incident: IncidentContext): Promise<Finding<Reason>> {
    return this.#steps.ask({
      asked: asked.reason,
      limitMs: REASON_MS,
      ask: (call) => this.#ports.thinking.reason(this.#request.agent_id, incident, call),
      detail: ({ error_class, confidence }) => `${error_class}, confidence ${confidence.toFixed(2)}`,
    });
  }

  decide(question: DecisionContext): Promise<Finding<Choice>> {
    return this.#steps.ask({
      asked: asked.decide,
      limitMs: DECIDE_MS,
      ask: (call) => this.#ports.thinking.decide(this.#request.agent_id, question, call),
      detail: ({ decision, confidence }) => `${decision}, confidence ${confidence.toFixed(2)}`,
    });
  }

  remember({ triage_id, agent_id, explanation, decision }: TriageReport): Promise<Finding<string>> {
    const fact = { agent_id, text: `Triage ${triage_id} of ${agent_id}: ${explanation}`, outcome: decision.action };
    return this.#steps.ask({
      asked: asked.remember,
      limitMs: WRITE_MS,
      ask: (call) => this.#ports.memory.remember(fact, call),
      detail: (factId) => `fact ${factId}`,
    });
  }
}

const figureText = (figures: Figures) =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
