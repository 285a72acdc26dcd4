import type { FromIsolate, ToIsolate } from './messages.ts';

/** What an isolate needs of the thread or process that carries it. */
export interface Carrier {
  post(message: ToIsolate): void;
  /** Ends it at once, whatever it is doing. */
  end(): void;
}

/** Why a carrier is gone, when it went by itself. */
export type Fault = { readonly code: 'out_of_memory' | 'isolate_lost'; readonly message: string };

/** What a carrier reports. */
export type CarrierEvents = {
  readonly heard: (message: FromIsolate) => void;
  readonly gone: (fault: Fault) => void;
};

/** Starts a carrier whose heap may grow to `memoryMb`. */
export type StartCarrier = (memoryMb: number, events: CarrierEvents) => Carrier;
