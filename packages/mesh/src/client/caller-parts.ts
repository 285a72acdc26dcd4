import type { Clock, Random, Subjects, UlidSource } from '@seedcore/protocol';
import type { Wheel } from '@seedcore/resilience';
import type { Directory } from '../directory/directory.ts';
import type { Mux } from '../mux/mux.ts';
import type { Payloads } from '../payload/payloads.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Observers } from '../report/observer.ts';
import type { Tracing } from '../trace/tracing.ts';
import type { Transport } from '../transport/transport.ts';
import type { Outage } from './outage.ts';

/** Everything a call passes through. */
export type CallerParts = {
  readonly service: string | undefined;
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly mux: Mux;
  readonly directory: Directory;
  readonly outage: Outage;
  readonly payloads: Payloads;
  readonly observers: Observers;
  readonly recorder: Recorder;
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: UlidSource;
  /** Time limits of everything in flight. */
  readonly wheel: Wheel;
};
