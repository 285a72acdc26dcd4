/** What each service promises: one file per service, everything else derived. */
export * from './agent-record.ts';
export * from './aggregated-state.ts';
export { cognitive } from './cognitive.ts';
export * from './decision.ts';
export * from './fact.ts';
export * from './failure-analysis.ts';
export { type Beat, beat, heartbeat } from './heartbeat.ts';
export * from './plan.ts';
export { state } from './state.ts';
export * from './thought.ts';
