import type { EnergyWeights, Mode, ModeRecord } from '@seedcore/contracts';
import type { Call, CallOptions, Clock, Json } from '@seedcore/protocol';
import type { Sample, Snapshot } from './domain/scope-energy.ts';

/** Reads the state of the organism; undefined when it cannot be had. */
export type ReadSnapshot = (call: Call | CallOptions) => Promise<Snapshot | undefined>;

/** Energies computed from what was read, newest last. */
export interface Samples {
  latest(): Sample | undefined;
  /** At most an hour of them, oldest first. */
  all(): readonly Sample[];
  /** Reads again; undefined when the state cannot be had. */
  fresh(call: Call | CallOptions): Promise<Sample | undefined>;
}

/** What became of a reported result. */
export type Verdict = {
  readonly delta_e_reported: number | null;
  readonly delta_e_measured: number | null;
  readonly agreement: 'agree' | 'disagree' | 'unknown';
  readonly weights: EnergyWeights;
};

/** A reported result as it is kept. */
export type ResultRecord = { readonly report: Json; readonly verdict: Verdict; readonly recorded_at: string };

/** Reported results, by id. */
export interface Results {
  /** Keeps the record unless there is one under this id; either way, the one that is kept. */
  keep(id: string, record: ResultRecord): Promise<ResultRecord>;
  get(id: string): Promise<ResultRecord | undefined>;
}

/** The mode as everybody reads it. */
export interface ModeView {
  latest(): ModeRecord | undefined;
}

/** The mode as the one process writes it that holds the lease. */
export interface ModeStore {
  read(): Promise<ModeRecord | undefined>;
  /** `fenced`: somebody with a later lease has written; `failed`: it may not have been written. */
  write(record: ModeRecord): Promise<'written' | 'fenced' | 'failed'>;
}

/** Asks a service whether it is ready; false when it says no or says nothing. */
export type Probe = (service: string) => Promise<boolean>;

/** A change of mode to be told. */
export type ModeChange = { readonly from: Mode | undefined; readonly record: ModeRecord };

/** What the endpoints need of the world. */
export type Ports = {
  readonly clock: Clock;
  readonly samples: Samples;
  readonly results: Results;
  readonly modes: ModeView;
};
