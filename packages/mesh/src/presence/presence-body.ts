import { CodecError, isRecord, jsonCodec } from '@seedcore/protocol';
import type { KvSpec } from '../kv/kv.ts';

/** Where every instance of a service says that it is there. */
export const PRESENCE_BUCKET: KvSpec = {
  name: 'presence',
  doc: 'Who is there: <service>.<instance>, renewed every 5 s, gone after 15 s.',
  storage: 'memory',
  history: 1,
  maxAgeMs: 15_000,
};

/** Time between two beats, in ms. */
export const BEAT_MS = 5_000;
/** Most targets one instance tells of. */
export const MAX_TARGETS = 64;
const MAX_BODY_BYTES = 65_536;

/** What the host of a service knows of itself. */
export type PresenceFacts = {
  readonly version: string;
  readonly contract: string;
  /** Phase of its life, as `ready`. */
  readonly state: string;
  readonly ready: boolean;
  /** RFC 3339. */
  readonly started: string;
  readonly in_flight: number;
  readonly limit: number;
  readonly loop_delay_ms: number;
};

/** One instance as it says that it is there. */
export type PresenceBody = PresenceFacts & {
  readonly service: string;
  readonly instance: string;
  /** Calls of the last 10 s to each target that had ten or more, as `ml.chat`. */
  readonly targets: Readonly<Record<string, number>>;
};

/** A presence out of bytes; undefined when it is none. Foreign fields are left out. */
export function readPresence(bytes: Uint8Array): PresenceBody | undefined {
  const value = decoded(bytes);
  if (!isRecord(value)) return undefined;
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : '');
  const number = (name: string) => (typeof value[name] === 'number' ? value[name] : 0);
  if (text('service') === '' || text('instance') === '' || typeof value['ready'] !== 'boolean') return undefined;
  return {
    service: text('service'),
    instance: text('instance'),
    version: text('version'),
    contract: text('contract'),
    state: text('state'),
    ready: value['ready'],
    started: text('started'),
    in_flight: number('in_flight'),
    limit: number('limit'),
    loop_delay_ms: number('loop_delay_ms'),
    targets: targetsOf(value['targets']),
  };
}

function targetsOf(value: unknown): Readonly<Record<string, number>> {
  if (!isRecord(value)) return {};
  const counts = Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === 'number');
  return Object.fromEntries(counts.slice(0, MAX_TARGETS));
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return jsonCodec.decode(bytes, { maxBytes: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
