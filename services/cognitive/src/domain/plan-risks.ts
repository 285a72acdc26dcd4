import type { Step } from '@seedcore/contracts';
import type { Catalogue } from './catalogue.ts';
import { figure } from './figure.ts';

/** Something about a plan that may go wrong. */
export type PlanRisk = {
  readonly step_id: string;
  readonly text: string;
  readonly severity: 'low' | 'medium' | 'high';
};

const MOST_RISKS = 10;
/** A skill that works less often than this is named. */
const SHAKY = 0.7;
const ORDER = ['high', 'medium', 'low'] as const;

/** What may go wrong in each step, worst first. */
export function planRisks(steps: readonly Step[], catalogue: Catalogue): PlanRisk[] {
  const risks = steps.flatMap((step) => risksOf(step, catalogue));
  return ORDER.flatMap((severity) => risks.filter((risk) => risk.severity === severity)).slice(0, MOST_RISKS);
}

function risksOf(step: Step, catalogue: Catalogue): PlanRisk[] {
  const skill = catalogue.get(step.task.type);
  if (skill === undefined) return [];
  const effects = skill.effects.length === 0 ? 'what it changes' : skill.effects.join(', ');
  const success = catalogue.successOf(skill);
  const risk = (text: string, severity: PlanRisk['severity']): PlanRisk => ({ step_id: step.id, text, severity });
  return [
    ...(skill.side_effects && step.compensation === undefined ? [risk(`${effects} cannot be undone`, 'high')] : []),
    ...(skill.successes + skill.failures > 0 && success < SHAKY
      ? [risk(`${skill.name} is expected to work in ${figure(100 * success)} % of runs`, 'medium')]
      : []),
    ...(step.requires_approval ? [risk(`waits for somebody to approve ${skill.name}`, 'medium')] : []),
    ...(skill.p50_ms === undefined ? [risk(`nobody has measured how long ${skill.name} takes`, 'low')] : []),
  ];
}
