import { type Clock, isUlid, jsonCodec, type Subjects } from '@seedcore/protocol';
import { JsApi, type JsOutcome, NAME_IN_USE, refusalOf } from '../kv/js-api.ts';
import type { Mux } from '../mux/mux.ts';
import type { ReportDefect } from '../transport/closable.ts';
import type { Transport } from '../transport/transport.ts';
import type { CallRecord } from './call-record.ts';
import { decodeRecord } from './read-record.ts';
import { streamOfRecords } from './record-stream.ts';

/** What a log works with. */
export type RecordLogPorts = {
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly mux: Mux;
  readonly clock: Clock;
  readonly report: ReportDefect;
  /** True when the broker offers JetStream. */
  readonly available: () => boolean;
  readonly replicas: number;
  /** Hears how every question to JetStream ended. */
  readonly heard: (outcome: JsOutcome) => void;
};

/** Records that wait for a connection, or for the stream to be made; later ones are only in memory. */
const MAX_WAITING = 200;
/** Pause after the stream could not be made, in ms. */
const AGAIN_MS = 30_000;
/** Most records of one trace that are read. */
const MAX_FOUND = 64;
const STREAM_NOT_FOUND = 10_059;
const NO_MESSAGE = 404;
const EMPTY = new Uint8Array(0);

/** Where records go that others may ask for: published without waiting, kept for a day by a stream made when first needed. */
export class RecordLog {
  readonly #ports: RecordLogPorts;
  readonly #api: JsApi;
  readonly #stop: () => void;
  #waiting: CallRecord[] = [];
  #made = false;
  #making: Promise<void> | undefined;
  #againAt = Number.NEGATIVE_INFINITY;

  constructor(ports: RecordLogPorts) {
    this.#ports = ports;
    this.#api = new JsApi(ports.mux, ports.heard);
    this.#stop = ports.transport.onState(() => this.#reconnected());
  }

  /** Publishes a record as soon as it can be. */
  keep(record: CallRecord): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(record);
    this.#go();
  }

  /** Kept records of a call or of a trace; none without JetStream. @throws MeshError when it does not answer */
  async find(id: string): Promise<readonly CallRecord[]> {
    const { subjects, available } = this.#ports;
    const api = this.#api;
    if (!available()) return [];
    const stream = subjects.stream('CALLS');
    const filter = subjects.callRecords(isUlid(id) ? { call: id } : { trace: id });
    const names = await subjectsOf(api, stream, filter);
    const found = await Promise.all(names.slice(0, MAX_FOUND).map((name) => readKept(api, stream, name)));
    return found.filter((one) => one !== undefined);
  }

  /** Resolves when what was kept has been published, or cannot be; takes nothing more. */
  async close(): Promise<void> {
    await this.#making;
    this.#stop();
  }

  #go(): void {
    const { transport, available, clock } = this.#ports;
    if (transport.state !== 'up' || this.#making !== undefined) return;
    if (available() && !this.#made && clock.now() >= this.#againAt) this.#making = this.#make();
    else this.#publishAll();
  }

  async #make(): Promise<void> {
    const { subjects, clock, report, replicas } = this.#ports;
    const config = streamOfRecords(subjects, replicas);
    try {
      await this.#api.ask(`$JS.API.STREAM.CREATE.${config.name}`, config);
      this.#made = true;
    } catch (error) {
      this.#made = refusalOf(error) === NAME_IN_USE;
      if (!this.#made) {
        this.#againAt = clock.now() + AGAIN_MS;
        report(config.name, error);
      }
    }
    this.#making = undefined;
    this.#go();
  }

  #publishAll(): void {
    const { transport, subjects, report } = this.#ports;
    const records = this.#waiting;
    this.#waiting = [];
    for (const record of records) {
      try {
        transport.publish(subjects.callRecord(record.call, record.trace_id), jsonCodec.encode(record));
      } catch (error) {
        report('call record', error);
      }
    }
  }

  /** The broker at the other end may be another one now. */
  #reconnected(): void {
    this.#made = false;
    this.#go();
  }
}

async function subjectsOf(api: JsApi, stream: string, filter: string): Promise<readonly string[]> {
  try {
    const { state } = await api.ask(`$JS.API.STREAM.INFO.${stream}`, { subjects_filter: filter });
    const subjects = typeof state === 'object' && state !== null && 'subjects' in state ? state.subjects : undefined;
    return typeof subjects === 'object' && subjects !== null ? Object.keys(subjects).sort() : [];
  } catch (error) {
    if (refusalOf(error) === STREAM_NOT_FOUND) return [];
    throw error;
  }
}

async function readKept(api: JsApi, stream: string, subject: string): Promise<CallRecord | undefined> {
  const message = await api.read(`$JS.API.DIRECT.GET.${stream}.${subject}`, EMPTY);
  if (message.status === NO_MESSAGE) return undefined;
  return decodeRecord(message.data);
}
