import { isRecord } from '@seedcore/protocol';
import type { Stored } from '@seedcore/store';
import { z } from 'zod';
import { type HistoryEvent, historyEvent } from '../history/history-event.ts';
import { type ValueRef, valueRef } from '../record/large-values.ts';
import type { TaskRecord } from '../record/task-record.ts';
import { attempt, deadReason, type FullTaskSpec, taskError, taskSpec } from '../task-spec.ts';
import type { DeadLetter } from '../tasks.ts';

const deadLetter = z.object({
  id: z.string(),
  gen: z.int(),
  queue: z.string(),
  type: z.string(),
  reason: deadReason,
  error: taskError,
  attempts: z.array(attempt),
  steps: z.array(z.string()),
  dead_at: z.string(),
  spec: taskSpec.optional(),
  raw: z.string().optional(),
  traceparent: z.string().optional(),
  input_ref: valueRef.optional(),
  history: z.array(historyEvent).default([]),
});

/** What is known about a task that ended badly. */
export function letterOf(
  record: TaskRecord,
  found: {
    readonly spec: FullTaskSpec | undefined;
    readonly input: ValueRef | undefined;
    readonly steps: readonly string[];
    readonly history: readonly HistoryEvent[];
  },
): DeadLetter {
  const { id, gen, queue, type, attempts, raw, traceparent } = record;
  const error = record.error ?? { code: 'unknown', message: 'it left no error', retryable: false };
  return {
    id,
    gen,
    queue,
    type,
    reason: record.dead ?? 'not_retryable',
    error,
    attempts,
    steps: found.steps,
    history: found.history,
    dead_at: record.finished_at ?? record.updated_at,
    ...(found.spec === undefined ? {} : { spec: found.spec }),
    ...(found.input === undefined ? {} : { input_ref: found.input }),
    ...(raw === undefined ? {} : { raw }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Reads a stored letter; undefined for what is none. */
export function readLetter(stored: Stored): DeadLetter | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(stored.body));
    const checked = isRecord(value) ? deadLetter.safeParse(value) : undefined;
    return checked?.success ? withoutUndefined(checked.data) : undefined;
  } catch {
    return undefined; // somebody published another text under dlq: it is no letter of ours
  }
}

function withoutUndefined({ spec, raw, traceparent, input_ref, ...rest }: z.output<typeof deadLetter>): DeadLetter {
  return {
    ...rest,
    ...(spec === undefined ? {} : { spec }),
    ...(raw === undefined ? {} : { raw }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(input_ref === undefined ? {} : { input_ref }),
  };
}
