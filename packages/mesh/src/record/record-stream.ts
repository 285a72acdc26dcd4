import type { Subjects } from '@seedcore/protocol';

const DAY_NS = 24 * 60 * 60 * 1_000_000_000;
/** All records of a namespace together, in bytes: what a day of a busy mesh needs, and no more; the oldest go first. */
const MAX_BYTES = 67_108_864;
/** Largest record, in bytes: steps and an input of 16 KiB at most. */
const MAX_RECORD_BYTES = 262_144;

/**
 * Settings of the stream that keeps call records, as the broker's API takes them. It is one of its own, beside the
 * journals: a storm of failing calls must not push out what happened to tasks.
 */
export function streamOfRecords(subjects: Subjects, replicas: number) {
  return {
    name: subjects.stream('CALLS'),
    description: 'why calls went as they did, for a day',
    subjects: [subjects.callRecords()],
    retention: 'limits',
    storage: 'file',
    num_replicas: replicas,
    max_age: DAY_NS,
    max_bytes: MAX_BYTES,
    max_msg_size: MAX_RECORD_BYTES,
    max_msgs_per_subject: 1,
    discard: 'old',
    allow_direct: true,
  };
}
