/** Tasks over a broker in memory: the same code, with virtual time and faults on demand. */
export { CRASH_CHANNEL, type CrashPoint, crashPoints } from '../crash-points/crash-point.ts';
export { type AttemptOf, attemptContext } from './attempt-context.ts';
export { type MemoryTasks, type MemoryTasksPorts, memoryTasks } from './memory-tasks.ts';
export { type Deaths, MortalBench } from './mortal-bench.ts';
export { RecordJournal } from './record-journal.ts';
export { benchWith, TaskBench } from './task-bench.ts';
