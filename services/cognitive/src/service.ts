import { cognitive } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import { makeDecision } from './endpoints/make-decision.ts';
import { planTask } from './endpoints/plan-task.ts';
import { reasonAboutFailure } from './endpoints/reason-about-failure.ts';
import type { Ports } from './ports.ts';

/** Everything cognitive answers. */
export const cognitiveService = (ports: Ports) =>
  implement(cognitive, {
    reason_about_failure: reasonAboutFailure(ports),
    make_decision: makeDecision(ports),
    plan_task: planTask(ports),
  });
