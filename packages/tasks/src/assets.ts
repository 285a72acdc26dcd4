import { type Asset, bucketAsset, deadLettersStream, objectsAsset, streamAsset } from '@seedcore/store';

const DAY_MS = 86_400_000;

/** A task that has not ended is given up after this long, and with it everything that belongs to it. */
export const LIVE_MS = 8 * DAY_MS;
/** Longest way ahead the start of a task may lie. */
export const LATEST_MS = 90 * DAY_MS;
/** Records and results of ended tasks are kept this long. */
export const ENDED_MS = DAY_MS;
/** Dead letters are kept this long, and with them what they need to be given another life. */
export const DEAD_MS = 14 * DAY_MS;

/** The message stream tasks travel in; limits retention, because an acknowledgement in a work queue is a synced delete. */
export const tasksStream = streamAsset('TASKS', 'Carriers of tasks, one message each.', {
  subjects: ['task.>', 'sched.>'],
  maxAgeMs: LATEST_MS + LIVE_MS,
  duplicateWindowMs: 600_000,
  timers: true,
  together: true,
});

/** The newest result of each task, announced as it is stored. */
export const resultsStream = streamAsset('RESULTS', 'Newest result of each task.', {
  subjects: ['result.>'],
  maxAgeMs: ENDED_MS,
  perSubject: 1,
  together: true,
  republish: { from: 'result.>', to: 'evt.result.>' },
});

/** What happened to each task, the newest events of it, and what supervisors did about its attempts. */
export const logStream = streamAsset('LOG', 'What happened to each task.', {
  subjects: ['log.task.>', 'log.intervention.>'],
  maxAgeMs: DEAD_MS,
  perSubject: 200,
  together: true,
});

/** Records `t.<id>`, inputs `i.<id>.<hash>`, memos `m.<id>.<gen>.<step>`, signals `g.<id>.<gen>.<name>`, pauses `q.<queue>`, schedules `c.<name>`. */
export const tasksBucket = bucketAsset('tasks', 'The truth about tasks: records, large inputs, memos of steps.', {
  expiringKeys: true,
  epochs: true,
});

/** Values above 64 KiB: inputs, memos and results of tasks, each under `<id>.<gen>.<what>.<hash>`. */
export const workObjects = objectsAsset('work', 'Large values of tasks: inputs, memos, results.');

/** Everything tasks keep at the broker. */
export const taskAssets: readonly Asset[] = [
  tasksStream,
  resultsStream,
  logStream,
  deadLettersStream,
  tasksBucket,
  workObjects,
];
