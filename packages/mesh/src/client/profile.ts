import { wireName } from '@seedcore/protocol';
import { seedBreaker, seedRetry } from '@seedcore/resilience';
import type { ClientOptions } from './call-target.ts';

/** A set of policies with a name; what a client says itself goes before it. */
export type ProfileName = 'seed';

/** Time limits of the documented clients, in ms, by service. */
const SEED_SERVICE_MS: Readonly<Record<string, number>> = {
  ml: 10_000,
  coordinator: 10_000,
  organism: 10_000,
  state: 8_000,
  energy: 8_000,
  cognitive: 8_000,
};

/** Endpoints that take longer than their service's others. */
const SEED_ENDPOINT_MS: Readonly<Record<string, number>> = { 'ml.warmup_drift_detector': 30_000 };

const SEED_BULKHEAD = { limit: 10, queue: 100 };

/**
 * The options of one endpoint with its profile filled in. `seed` is the profile of the documented clients: two attempts
 * a second or two apart, a breaker that opens for 30 s after five failures in a row and sends one probe, ten calls at
 * once and a hundred waiting. Services it has no time limit for keep the contract's.
 */
export function withProfile(options: ClientOptions, { service, endpoint }: ProfiledEndpoint): ClientOptions {
  if (options.profile === undefined) return options;
  const deadlineMs = SEED_ENDPOINT_MS[`${service}.${wireName(endpoint)}`] ?? SEED_SERVICE_MS[service];
  return {
    ...options,
    deadlineMs: options.deadlineMs ?? deadlineMs,
    retry: options.retry ?? seedRetry,
    breaker: options.breaker ?? seedBreaker,
    bulkhead: options.bulkhead ?? SEED_BULKHEAD,
  };
}

/** The endpoint a profile is for, by its name in the contract. */
export type ProfiledEndpoint = { readonly service: string; readonly endpoint: string };
