/** What each service promises: one file per service, everything else derived. */
export type * from './agent-record.ts';
export { agentRecord, vector } from './agent-record.ts';
export type * from './aggregated-state.ts';
export { type Belief, type BeliefRecord, type BeliefRequest, beliefRecord, beliefRequest } from './belief.ts';
export { cognitive } from './cognitive.ts';
export { coordinator } from './coordinator.ts';
export type * from './decision.ts';
export { energy } from './energy.ts';
export type * from './energy-terms.ts';
export { type Fact, fact, type NewFact } from './fact.ts';
export type * from './failure-analysis.ts';
export { failureClass, remedy } from './failure-analysis.ts';
export { type Beat, beat, heartbeat } from './heartbeat.ts';
export { type MemoryItem, type MemoryTier, memoryItem, type NewMemory, type ShownMemory } from './memory.ts';
export type * from './ml/score-output.ts';
export { ml } from './ml.ts';
export type * from './mode.ts';
export { modeRecord } from './mode.ts';
export {
  type AgentHolding,
  agentHolding,
  type OrganKind,
  type OrganPad,
  type OrganRecord,
  organName,
  organRecord,
} from './organ-record.ts';
export type * from './organism/attempts.ts';
export { interventionRecord } from './organism/attempts.ts';
export type * from './organism/evolution.ts';
export { evolutionRecord } from './organism/evolution.ts';
export type * from './organism/managers.ts';
export { pulse, runSegment } from './organism/managers.ts';
export { organism } from './organism.ts';
export type * from './plan.ts';
export type * from './remote-skill.ts';
export { remoteSkillRecord, workerRecord } from './remote-skill.ts';
export type * from './routing-rules.ts';
export { routingRules, routingState } from './routing-rules.ts';
export type * from './run.ts';
export { killKind, outcome } from './run.ts';
export { type BackupGroup, backupGroup, type RestoreMode, restoreMode } from './state/backups.ts';
export type { StateBrief } from './state/snapshots.ts';
export { state } from './state.ts';
export type * from './task.ts';
export { resultEnvelope, taskRoute, taskSpec, taskView } from './task.ts';
export type * from './thought.ts';
export type * from './triage.ts';
export { triageReport, triageRequest } from './triage.ts';
export { worker } from './worker.ts';
