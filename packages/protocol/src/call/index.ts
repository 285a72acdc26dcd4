export { type Call, type CallOptions, isCall } from './call.ts';
export { type CallPorts, type CallSeed, childBudget, OpenCall } from './open-call.ts';
export type { StreamReply, StreamWriter } from './stream.ts';
export { childTrace, formatTraceparent, newTrace, parseTraceparent, type Trace, traceOfCall } from './trace.ts';
