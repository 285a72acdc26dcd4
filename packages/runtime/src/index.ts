/** Hosts one service on the mesh: micro responder, admission, lifecycle, configuration, logs, metrics, traces. */
export { builtins, type Health, type Info } from './builtin/builtin-contracts.ts';
export type { ConfigProblem, Env } from './config/read-config.ts';
export { defineService, type ServiceDefinition } from './define-service.ts';
export { type ExitCode, exitCode } from './exit-code.ts';
export type { Host, Missing, Running, ServeAlso } from './host.ts';
export { type Log, type LogLine, silentLog } from './log/log.ts';
export type { MetricSpec } from './metrics/metric-spec.ts';
export { type Counter, type Gauge, type Histogram, type Labels, type Metrics, openMetrics } from './metrics/metrics.ts';
export type { Claim, ClaimWish, Kept, ReplyStore } from './replay/reply-store.ts';
export { runService } from './run-service.ts';
export type { Limits } from './served/serve-implementation.ts';
