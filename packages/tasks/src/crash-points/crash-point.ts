/** Places at which a process may die between two writes, each named after the row of the crash table it belongs to. */
export const crashPoints = [
  'submit.before_record',
  'submit.before_carrier',
  'worker.before_claim',
  'worker.after_claim',
  'step.begun',
  'step.before_memo',
  'tail.before_dead_letter',
  'tail.before_result',
  'tail.before_wake',
  'tail.before_ack',
  'retrying.before_nak',
  'retrying.before_timer',
  'waiting.before_timer',
  'wake.before_carrier',
  'child.before_carrier',
  'plan.before_start',
  'cancel.before_broadcast',
] as const;

/** One of them. */
export type CrashPoint = (typeof crashPoints)[number];

/** Diagnostics channel on which a process started with the condition `seedcore-crash-points` tells where it is. */
export const CRASH_CHANNEL = 'seedcore:crash-point';
