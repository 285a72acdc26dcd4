import { type CallRecord, type RecordStep, readRecord } from '@seedcore/mesh';
import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import {
  delay,
  errorBodyOf,
  headerNames,
  isMeshErrorCode,
  jsonCodec,
  MeshError,
  type Service,
  wireName,
} from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';

/** A call as it was recorded somewhere, to be made once more in a test. */
export interface RecordedCall {
  readonly record: CallRecord;
  /**
   * Makes the call against a callee that fails each attempt with the code, and after the time, of the record.
   *
   * Compared is what was decided, not when: waits are drawn anew. What came of earlier calls of that process (an open
   * breaker, a full line, a hedge) is not there on a fresh one, and shows as a difference.
   *
   * @throws Error whose message is the record's steps with every line that differs, `-` as recorded and `+` as it was
   */
  replay(contract: Service, options?: ReplayOptions): Promise<void>;
}

/** Where the record does not say. */
export type ReplayOptions = {
  /** In place of the contract's, in ms. */
  readonly deadlineMs?: number | undefined;
};

/** Longest time a replay may take, on its own clock, in ms. */
const MAX_REPLAY_MS = 3_600_000;

/**
 * What `seedcore record` printed.
 *
 * @throws TypeError when it is no record, holds no input, or is of a call that was answered: there is no reply in it
 */
export function recordedCall(json: string): RecordedCall {
  const record = readRecord(JSON.parse(json));
  if (record === undefined) throw new TypeError('this is no call record');
  if (record.input === undefined) throw new TypeError(`the record of ${record.call} holds no input`);
  if (!isMeshErrorCode(record.outcome))
    throw new TypeError(`${record.call} ended with ${record.outcome}: only failed calls can be replayed`);
  return { record, replay: (contract, options) => replay(record, contract, options ?? {}) };
}

async function replay(record: CallRecord, contract: Service, { deadlineMs }: ReplayOptions): Promise<void> {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const bus = new MemoryBus({ clock, random });
  const callee = memoryMesh({ clock, random, bus, service: contract.name });
  const caller = memoryMesh({ clock, random, bus, service: record.caller });
  const name = endpointOf(record, contract);
  const attempts = record.steps.filter(({ layer }) => layer === 'attempt');
  callee.transport.subscribe(`${callee.subjects.ns}.svc.${record.target}`, async ({ reply }) => {
    const { code = 'unavailable', ms = 0 } = attempts.shift()?.detail ?? {};
    await delay(clock, ms);
    if (reply !== undefined) callee.transport.publish(reply, ...failure(code, record.target));
  });
  const call = caller
    .client(contract)
    [name]?.(record.input, { deadlineMs })
    .catch((error: unknown) => error);
  await clock.advance(Math.min(MAX_REPLAY_MS, (deadlineMs ?? contract.endpoints[name]?.deadlineMs ?? 0) + 1));
  await call;
  const lines = diff(record.steps.map(lineOf), caller.records.recent()[0]?.steps.map(lineOf) ?? []);
  if (lines.some((line) => !line.startsWith(' '))) throw new Error(`the call differs:\n${lines.join('\n')}`);
}

function endpointOf({ target }: CallRecord, contract: Service): string {
  const [service, wire] = target.split('.');
  const name = Object.keys(contract.endpoints).find((one) => wireName(one) === wire);
  if (service === contract.name && name !== undefined) return name;
  throw new TypeError(`${target} is not in the contract ${contract.name}`);
}

function failure(code: string, target: string) {
  const error = new MeshError(isMeshErrorCode(code) ? code : 'internal', { target });
  const headers = [
    [headerNames.errorCode, String(error.status)],
    [headerNames.error, error.code],
  ] as const;
  return [jsonCodec.encode(errorBodyOf(error, { idempotent: true })), { headers }] as const;
}

/** A step without what differs from run to run: instances and times. */
function lineOf({ layer, decision, detail: { attempt, code, reason } }: RecordStep): string {
  return [layer, decision, attempt, code, reason].filter((part) => part !== undefined).join(' ');
}

function diff(recorded: readonly string[], was: readonly string[]): readonly string[] {
  const length = Math.max(recorded.length, was.length);
  return Array.from({ length }, (_, i) => [recorded[i], was[i]] as const).flatMap(([a, b]) =>
    a === b ? [`  ${a}`] : [...(a === undefined ? [] : [`- ${a}`]), ...(b === undefined ? [] : [`+ ${b}`])],
  );
}
