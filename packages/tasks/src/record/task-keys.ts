import type { TaskRecord } from './task-record.ts';

/** One life of a task. */
export type StepOwner = Pick<TaskRecord, 'id' | 'gen'>;

/** What the key of an intent has beside that of its memo; no step has a dot in its name. */
export const INTENT = '.intent';

/** Key of a task's record. */
export const recordKey = (id: string): string => `t.${id}`;
/** Key of an input, by what it is: a task of another content, under the same id, cannot put its own in the place of it. */
export const inputKey = ({ id, hash }: Pick<TaskRecord, 'id' | 'hash'>): string => `i.${id}.${hash}`;
/** Key of what a step gave. */
export const memoKey = ({ id, gen }: StepOwner, step: string): string => `m.${id}.${gen}.${step}`;
/** Key of the note that a step is about to be done. */
export const intentKey = (record: StepOwner, step: string): string => `${memoKey(record, step)}${INTENT}`;
/** Key of a signal. */
export const signalKey = ({ id, gen }: StepOwner, name: string): string => `g.${id}.${gen}.${name}`;
