import { type Clock, canonicalJson, type Endpoint, MeshError, type Random, sha256 } from '@seedcore/protocol';
import { type Asked, bounded, defaultLastGood, Fallback, type FallbackPolicy } from '@seedcore/resilience';
import type { Observers } from '../report/observer.ts';
import { traceFallback } from '../trace/trace-call.ts';
import type { Tracing } from '../trace/tracing.ts';
import type { Answer } from './answer.ts';
import type { Ask } from './ask.ts';
import type { EndpointFallback } from './fallbacks.ts';

/** Time a custom fallback has, in ms. The call's own is not counted: mostly it is over when a fallback begins. */
export const CUSTOM_FALLBACK_MS = 1_000;

/** Time for custom fallbacks, and who hears of every value that stood in. */
export type FallbackPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observers: Observers;
  readonly tracing: Tracing;
};

/** What one endpoint's calls are wrapped into, and under which name it is told of. */
export type FallbackSpec = { readonly name: string; readonly fallback: EndpointFallback<Endpoint> };

/**
 * The outermost layer of a call: answers in place of a target that could not. Below it the call has failed already, so
 * no breaker, estimate or counter takes what stands in for a success.
 */
export function withFallback(ask: Ask, { name, fallback }: FallbackSpec, ports: FallbackPorts): Ask {
  const { clock, random, observers, tracing } = ports;
  const policy = policyOf(name, fallback, clock);
  const machine = new Fallback(policy, (error) => observers.defect(`${name} fallback`, error));
  return async (target, input, how) => {
    const asked = new AskedOnce(input);
    let answer: Answer;
    try {
      answer = await ask(target, input, how);
    } catch (error) {
      const startedAt = clock.now();
      const standIn = await machine.failed(error, asked, startedAt);
      if (error instanceof MeshError) {
        const { source } = standIn.degraded;
        observers.decision(name, { layer: 'fallback', decision: source, code: error.code });
        if (tracing.on) traceFallback(tracing, error, { name, source, random, startedAt, endedAt: clock.now() });
      }
      return { ok: true, ...standIn };
    }
    if (answer.ok && policy.lastGood !== undefined) machine.ok(asked.key, answer, clock.now());
    return answer;
  };
}

/** An input whose key is only made when somebody looks for it. */
class AskedOnce implements Asked<unknown> {
  readonly input: unknown;

  constructor(input: unknown) {
    this.input = input;
  }

  get key(): string {
    return sha256(canonicalJson(this.input));
  }
}

function policyOf(name: string, fallback: EndpointFallback<Endpoint>, clock: Clock): FallbackPolicy<unknown> {
  const { lastGood } = fallback;
  const late = () => new MeshError('timeout', { target: name, message: `${name}: its fallback takes too long` });
  const custom = async (error: MeshError, input: unknown) =>
    bounded(Promise.resolve(fallback.custom?.(error, input)), {
      clock,
      ms: CUSTOM_FALLBACK_MS,
      late,
      signal: undefined,
      aborted: late,
    });
  return {
    custom: fallback.custom === undefined ? undefined : custom,
    lastGood: lastGood === true ? defaultLastGood : lastGood,
    default: fallback.default,
  };
}
