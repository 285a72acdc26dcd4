import { CodecError, isRecord, jsonCodec } from '@seedcore/protocol';
import { type CallRecord, type RecordLayer, type RecordStep, recordDecisions } from './call-record.ts';

/** Largest record that is read, in bytes. */
const MAX_BYTES = 262_144;

/** The record in a message; undefined for anything else, whoever wrote it there. */
export function decodeRecord(data: Uint8Array): CallRecord | undefined {
  try {
    return readRecord(jsonCodec.decode(data, { maxBytes: MAX_BYTES }));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** A record out of plain values; undefined when it is none. */
export function readRecord(value: unknown): CallRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { call, trace_id, target, caller, instance, started, ms, outcome, chain, steps, input } = value;
  const read = Array.isArray(steps) ? steps.map(readStep) : [undefined];
  if (!isText(call) || !isText(trace_id) || !isText(target) || !isText(caller) || !isText(instance)) return undefined;
  if (!isText(started) || !isText(outcome) || typeof ms !== 'number') return undefined;
  if (!Array.isArray(chain) || !chain.every(isText) || !read.every((step) => step !== undefined)) return undefined;
  const known = { call, trace_id, target, caller, instance, started, ms, outcome, chain, steps: read };
  return input === undefined ? known : { ...known, input };
}

function readStep(value: unknown): RecordStep | undefined {
  if (!isRecord(value) || typeof value['at_ms'] !== 'number') return undefined;
  const { at_ms, layer, decision, detail } = value;
  if (!isLayer(layer) || !isText(decision) || !isDetail(detail)) return undefined;
  const known: readonly string[] = recordDecisions[layer];
  return known.includes(decision) ? { at_ms, layer, decision, detail } : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isLayer = (value: unknown): value is RecordLayer => isText(value) && Object.hasOwn(recordDecisions, value);

const texts = ['instance', 'to', 'code', 'reason', 'field'];
const numbers = ['attempt', 'ms', 'wait_ms', 'left_ms', 'retry_after_ms', 'queued', 'age_ms'];

function isDetail(value: unknown): value is RecordStep['detail'] {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(
    ([name, one]) => (texts.includes(name) && isText(one)) || (numbers.includes(name) && typeof one === 'number'),
  );
}
