/** One service as the mesh answers for it. */
export type SurveyedService = {
  readonly name: string;
  readonly instances: number;
  /** Instances that say they are ready. */
  readonly ready: number;
  /** Slowest answer in ms; undefined when nobody answered. */
  readonly rttMs: number | undefined;
  readonly version: string | undefined;
  readonly contract: string | undefined;
  readonly missing: readonly string[];
};

/** How every service is, as far as they answered in time. */
export type Survey = {
  readonly services: readonly SurveyedService[];
  /** Whether durable storage answers, and how long ago it was last heard. */
  readonly jetstream: { readonly ok: boolean; readonly lagMs: number };
  /** Some instance that is known did not answer in time. */
  readonly partial: boolean;
};
