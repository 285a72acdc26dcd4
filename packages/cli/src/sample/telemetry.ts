import { readFileSync } from 'node:fs';
import { isRecord } from '@seedcore/protocol';

/** A series that was measured on a running mesh, and how. */
export interface Recording {
  /** What was measured, with its unit. */
  readonly measured: string;
  readonly recordedAt: string;
  readonly intervalMs: number;
  /** What was done to the mesh while it was measured, by index of the value it shows in. */
  readonly incidents: readonly { readonly index: number; readonly what: string }[];
  readonly values: readonly number[];
}

/** The recording that is committed with the sample. */
export function committedRecording(): Recording {
  return readRecording(readFileSync(new URL('./recordings/telemetry.json', import.meta.url), 'utf8'));
}

/**
 * Reads a recording.
 *
 * @throws TypeError when the text is not one
 */
export function readRecording(text: string): Recording {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new TypeError('a recording is a JSON object');
  const { measured, recorded_at, interval_ms, incidents, values } = value;
  if (typeof measured !== 'string' || typeof recorded_at !== 'string' || typeof interval_ms !== 'number') {
    throw new TypeError('a recording says what was measured, when, and how often');
  }
  if (!Array.isArray(values) || !values.every((one) => typeof one === 'number')) {
    throw new TypeError('the values of a recording are numbers');
  }
  return { measured, recordedAt: recorded_at, intervalMs: interval_ms, values, incidents: readIncidents(incidents) };
}

function readIncidents(value: unknown): Recording['incidents'] {
  const entries = Array.isArray(value) ? value : [];
  return entries.flatMap((one) =>
    isRecord(one) && typeof one['index'] === 'number' ? [{ index: one['index'], what: String(one['what']) }] : [],
  );
}

/** The longest stretch of a recording before its first incident. */
export function calmPart({ values, incidents }: Recording): readonly number[] {
  return values.slice(0, Math.min(values.length, ...incidents.map(({ index }) => index)));
}
