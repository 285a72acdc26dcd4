/** Tasks over a broker in memory: the same code, with virtual time and faults on demand. */
export { CRASH_CHANNEL, type CrashPoint, crashPoints } from '../crash-points/crash-point.ts';
export { type Edge, type EdgeBy, type EdgeCause, edgeOf, legalEdges } from '../record/legal-edges.ts';
export { type TaskRecord, taskRecord } from '../record/task-record.ts';
export { type AttemptOf, attemptContext } from './attempt-context.ts';
export { EdgeChecker, type IllegalStep } from './edge-checker.ts';
export { type MemoryTasks, type MemoryTasksPorts, memoryTasks } from './memory-tasks.ts';
export { type Deaths, MortalBench } from './mortal-bench.ts';
export { benchWith, TaskBench } from './task-bench.ts';
