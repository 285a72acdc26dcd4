import { type TriageReport, type TriageRequest, type TriageStep, triageRequest } from '@seedcore/contracts';
import { badInput, type Clock, validate } from '@seedcore/protocol';
import type { Handler, TaskContext } from '@seedcore/tasks';
import { type Detection, detectionOf } from '../domain/detection.ts';
import { escalationReason } from '../domain/escalation.ts';
import { headline, incidentContext } from '../domain/incident.ts';
import { judgeMutation } from '../domain/mutation-rules.ts';
import { reportMark } from '../domain/report-mark.ts';
import { robustAnomalies } from '../domain/robust-z.ts';
import { triageQuestion } from '../domain/triage-question.ts';
import { type TriageThought, triageReport } from '../domain/triage-report.ts';
import { type Finding, needless, standIn } from '../domain/triage-step.ts';
import type { Figures, TriagePorts } from '../ports.ts';
import { asked, TriageQuestions } from './triage-questions.ts';
import { TriageSteps } from './triage-steps.ts';

/** Task `anomaly_triage`: measures, asks what it means, decides, remembers, reports. */
export function triageWork(ports: TriagePorts, clock: Clock): Handler {
  return async (params, context) => {
    const request = validate(triageRequest, params);
    if (!request.ok) throw badInput('coordinator.anomaly_triage', request.problems);
    const startedAt = clock.now();
    const questions = new TriageQuestions(request.value, ports, new TriageSteps(context, clock));
    const report = await triage(request.value, questions, context);
    ports.announcements.triaged(report, clock.now() - startedAt);
    const degraded = reportMark(report.steps);
    return { ok: true, value: report, ...(degraded && { degraded }) };
  };
}

async function triage(request: TriageRequest, ask: TriageQuestions, context: TaskContext): Promise<TriageReport> {
  const seen = await observe(request, ask, context.id);
  context.progress({ pct: 0.5, note: headline({ ...seen, n: request.series.length }) });
  const escalation = escalationReason(seen.anomalies, seen.drift);
  const { found, anomalies, drift } = seen;
  const facts = { triage_id: context.id, request, found, anomalies, drift, escalation };
  if (seen.anomalies.length === 0 && escalation === undefined)
    return triageReport({ ...facts, steps: [...seen.steps, ...nothingToDo()] });
  const { thought, steps } = await think(request, { ...seen, escalation }, ask);
  const report = triageReport({ ...facts, thought, steps: [...seen.steps, ...steps] });
  const memory = await ask.remember(report);
  return { ...report, steps: [...report.steps, memory.line] };
}

type Seen = Detection & {
  readonly drift: number | undefined;
  readonly mode: string | undefined;
  readonly metrics: Figures;
  readonly steps: readonly TriageStep[];
};

async function observe(request: TriageRequest, ask: TriageQuestions, triageId: string): Promise<Seen> {
  const [drift, detected, picture, mode, [route, profile]] = await Promise.all([
    ask.drift(),
    ask.anomalies().then((finding) => orRobust(finding, request)),
    ask.picture(),
    ask.mode(),
    profiled(ask, triageId),
  ]);
  return {
    ...(detected.value ?? detectionOf([])),
    drift: drift.value,
    mode: mode.value,
    metrics: { ...picture.value, ...profile.value },
    steps: [drift, detected, picture, mode, route, profile].map(({ line }) => line),
  };
}

/** Without ml the series is judged here, and says so. */
function orRobust(finding: Finding<Detection>, { series }: TriageRequest): Finding<Detection> {
  return finding.value ? finding : standIn(finding, detectionOf(robustAnomalies(series)), 'robust z of the series');
}

async function profiled(ask: TriageQuestions, triageId: string) {
  const route = await ask.route();
  const organ = route.value?.logical_id;
  const profile = organ
    ? await ask.profile(triageId, organ)
    : needless<Figures>(asked.profile, 'no organ is known for it');
  return [route, profile] as const;
}

type Suspicion = Seen & { readonly escalation: string | undefined };
type Thinking = { readonly thought: TriageThought; readonly steps: readonly TriageStep[] };

async function think(request: TriageRequest, seen: Suspicion, ask: TriageQuestions): Promise<Thinking> {
  const energy = await ask.energy({ drift: seen.drift, anomaly: seen.anomalies.length > 0 ? 1 : 0 });
  const incident = { ...request, ...seen, n: request.series.length };
  const [reason, choice] = seen.escalation
    ? await Promise.all([
        ask.reason(incidentContext(incident)),
        ask.decide(triageQuestion(headline(incident), energy.value)),
      ])
    : [needless<never>(asked.reason, NOT_ESCALATED), needless<never>(asked.decide, NOT_ESCALATED)];
  const judgement = judgeMutation({ mode: seen.mode, deltaE: energy.value, proposed: choice.value?.decision });
  const rules = { ...asked.rules, source: 'live', ms: 0, detail: `${judgement.rule}: ${judgement.action}` } as const;
  return {
    thought: { judgement, deltaE: energy.value, reason: reason.value, confidence: choice.value?.confidence },
    steps: [energy.line, reason.line, choice.line, rules],
  };
}

function nothingToDo(): TriageStep[] {
  const { energy, reason, decide, rules, remember } = asked;
  return [energy, reason, decide, rules, remember].map((one) => needless(one, 'nothing stands out').line);
}

const NOT_ESCALATED = 'not escalated';
