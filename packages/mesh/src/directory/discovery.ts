import { CodecError, isToken, jsonCodec } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import type { Gatherer } from './gather.ts';
import {
  type MicroIdentity,
  type MicroInfo,
  type MicroStats,
  readIdentity,
  readInfo,
  readStats,
} from './micro-info.ts';

/** Largest answer of one instance, in bytes. */
const MAX_INFO_BYTES = 1_048_576;

/** Questions to every service on the bus, of every namespace, as `nats micro` asks them. */
export class Discovery {
  readonly #gatherer: Gatherer;

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /** Who is there and what they offer. */
  info(service?: string): Promise<readonly MicroInfo[]> {
    return this.#ask('INFO', service, readInfo);
  }

  /** Who is there. */
  ping(service?: string): Promise<readonly MicroIdentity[]> {
    return this.#ask('PING', service, readIdentity);
  }

  /** Who is there and what they counted. */
  stats(service?: string): Promise<readonly MicroStats[]> {
    return this.#ask('STATS', service, readStats);
  }

  async #ask<T>(verb: string, service: string | undefined, read: (value: unknown) => T | undefined) {
    if (service !== undefined && !isToken(service)) throw new RangeError(`"${service.slice(0, 64)}" names no service`);
    const answers = await this.#gatherer.ask(service === undefined ? `$SRV.${verb}` : `$SRV.${verb}.${service}`);
    return answers.map((answer) => read(bodyOf(answer))).filter((one) => one !== undefined);
  }
}

/** A foreign service may answer anything; what is no JSON is no answer. */
function bodyOf({ data }: WireMessage): unknown {
  try {
    return jsonCodec.decode(data, { maxBytes: MAX_INFO_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
