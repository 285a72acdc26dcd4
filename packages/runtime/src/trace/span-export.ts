import type { EndedSpan } from '@seedcore/mesh';
import { type Clock, delay, isRecord, type Timer } from '@seedcore/protocol';
import type { Log } from '../log/log.ts';
import type { Collector } from './collector.ts';

/** Spans that wait for the collector; what comes then is dropped and counted. */
export const MAX_WAITING = 2_048;
/** Spans in one message to the collector. */
export const MAX_BATCH = 512;
/** Longest time a span waits for others before it is sent, in ms. */
export const EVERY_MS = 2_000;
/** Time for what still waits when the process ends, in ms. */
export const CLOSE_MS = 3_000;

/** Why spans did not reach the collector. */
export type Dropped = 'full' | 'not_sent';

/** What spans are exported with. */
export type SpanExportPorts = {
  readonly collector: Collector;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts what is lost. */
  readonly dropped: (reason: Dropped, spans: number) => void;
};

/**
 * Hands spans to a collector, many at once, one message at a time. Nobody ever waits for it: when the collector is slow or
 * away, spans are lost and counted, and the log says so once, and once more when it is back.
 */
export class SpanExport {
  readonly #ports: SpanExportPorts;
  readonly #waiting: EndedSpan[] = [];
  #timer: Timer | undefined;
  #sending: Promise<void> | undefined;
  #away = false;

  constructor(ports: SpanExportPorts) {
    this.#ports = ports;
  }

  /** Takes one span, to be sent soon. */
  take(span: EndedSpan): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#ports.dropped('full', 1);
      return;
    }
    this.#waiting.push(span);
    if (this.#sending !== undefined) return;
    if (this.#waiting.length >= MAX_BATCH) this.#go();
    else this.#timer ??= this.#ports.clock.after(EVERY_MS, () => this.#go());
  }

  /** Resolves when everything taken has been sent, 3 s later at most; the rest is lost and counted. */
  async close(): Promise<void> {
    const { clock, dropped, log } = this.#ports;
    if (this.#waiting.length > 0) this.#go();
    await Promise.race([this.#sending, delay(clock, CLOSE_MS)]);
    const left = this.#waiting.splice(0).length;
    if (left === 0) return;
    dropped('not_sent', left);
    log.warn({ spans: left }, 'spans were not sent before the end');
  }

  #go(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MAX_BATCH));
    this.#sending = undefined;
  }

  async #send(batch: readonly EndedSpan[]): Promise<void> {
    const { collector, dropped, log } = this.#ports;
    try {
      await collector.send(batch);
      if (this.#away) log.info('the trace collector takes spans again');
      this.#away = false;
    } catch (error) {
      dropped('not_sent', batch.length);
      if (!this.#away) log.warn({ code: codeOf(error) }, 'the trace collector takes no spans; they are lost');
      this.#away = true;
    }
  }
}

/** Its code alone, as in ECONNREFUSED or 401: what else an error says may quote a header or an address with a password. */
function codeOf(error: unknown): string | number {
  const code = isRecord(error) || error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : 'unknown';
}
