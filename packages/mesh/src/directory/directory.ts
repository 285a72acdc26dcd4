import {
  type Clock,
  type Codec,
  jsonCodec,
  MeshError,
  msgpackCodec,
  type Random,
  type Timer,
} from '@seedcore/protocol';
import type { ReportDefect } from '../transport/closable.ts';
import type { Transport } from '../transport/transport.ts';
import type { Discovery } from './discovery.ts';
import { allSpeakMsgpack, type Instance, type Instances, instanceOf, instancesStep } from './instances.ts';

/** How often the instances of a used service are asked for, in ms, and by how much that varies. */
export const REFRESH_MS = 30_000;
const REFRESH_JITTER = 0.2;

/** What a directory works with. */
export type DirectoryPorts = {
  readonly ns: string;
  readonly transport: Transport;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
};

/** Which instances serve the services this process calls, kept fresh in the background. */
export class Directory {
  readonly #ports: DirectoryPorts;
  readonly #timers = new Map<string, Timer | undefined>();
  readonly #stop: () => void;
  #instances: Instances = new Map();
  #closed = false;

  constructor(ports: DirectoryPorts) {
    this.#ports = ports;
    this.#stop = ports.transport.onState((state) => {
      if (state === 'up') for (const service of this.#timers.keys()) this.#refresh(service);
    });
  }

  /** Instances of a service as last heard; the first question starts the listening. */
  instances(service: string): readonly Instance[] {
    this.#use(service);
    return [...(this.#instances.get(service)?.values() ?? [])];
  }

  /** The codec a request may be written in: MessagePack only where everybody who may get it reads it. */
  codecFor(service: string, instance?: string): Codec {
    this.#use(service);
    return allSpeakMsgpack(this.#instances, service, instance) ? msgpackCodec : jsonCodec;
  }

  /** Nobody listens on an instance's own subject: it is gone. */
  noResponder(service: string, instance: string): void {
    this.#instances = instancesStep(this.#instances, { kind: 'no_responder', service, instance });
  }

  /** Stops listening. */
  close(): void {
    this.#closed = true;
    this.#stop();
    for (const timer of this.#timers.values()) timer?.cancel();
    this.#timers.clear();
  }

  #use(service: string): void {
    if (this.#closed || this.#timers.has(service)) return;
    this.#refresh(service);
  }

  #refresh(service: string): void {
    const { clock, random, report } = this.#ports;
    this.#timers.get(service)?.cancel();
    const wait = REFRESH_MS * (1 + REFRESH_JITTER * (2 * random.next() - 1));
    this.#timers.set(
      service,
      clock.after(wait, () => this.#refresh(service)),
    );
    this.#ask(service).catch((error: unknown) => {
      // Without a connection there is nothing to hear; the next refresh is already set.
      if (!(error instanceof MeshError && error.code === 'not_connected')) report(`$SRV.INFO.${service}`, error);
    });
  }

  async #ask(service: string): Promise<void> {
    const answers = await this.#ports.discovery.info(service);
    const found = answers.map((info) => instanceOf(info, this.#ports.ns)).filter((one) => one !== undefined);
    this.#instances = instancesStep(this.#instances, { kind: 'refreshed', service, found });
  }
}
