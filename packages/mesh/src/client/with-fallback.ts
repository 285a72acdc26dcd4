import { type Clock, canonicalJson, type Endpoint, isMeshErrorCode, MeshError, sha256 } from '@seedcore/protocol';
import {
  type Asked,
  bounded,
  defaultLastGood,
  Fallback,
  type FallbackPolicy,
  type StandIn,
} from '@seedcore/resilience';
import type { EndedCall } from '../record/recorder.ts';
import type { Answer } from './answer.ts';
import type { Ask } from './ask.ts';
import type { CallerParts } from './caller-parts.ts';
import type { EndpointFallback } from './fallbacks.ts';

/** Time a custom fallback has, in ms. The call's own is not counted: mostly it is over when a fallback begins. */
export const CUSTOM_FALLBACK_MS = 1_000;

/** Time for custom fallbacks, and who hears of every value that stood in. */
export type FallbackPorts = Pick<CallerParts, 'clock' | 'observers' | 'recorder'>;

/** What one endpoint's calls are wrapped into, and under which name it is told of. */
export type FallbackSpec = { readonly name: string; readonly fallback: EndpointFallback<Endpoint> };

/**
 * The outermost layer of a call: answers in place of a target that could not. Below it the call has failed already, so
 * no breaker, estimate or counter takes what stands in for a success.
 */
export function withFallback(ask: Ask, { name, fallback }: FallbackSpec, ports: FallbackPorts): Ask {
  const { clock, observers } = ports;
  const policy = policyOf(name, fallback, clock);
  const machine = new Fallback(policy, (error) => observers.defect(`${name} fallback`, error));
  return async (target, input, how) => {
    const asked = new AskedOnce(input);
    const failure = new HeldFailure(ports);
    let answer: Answer;
    try {
      answer = await ask(target, input, { ...how, failures: failure });
    } catch (error) {
      return failure.end(error, await machine.failed(error, asked, clock.now()).catch((last: unknown) => ({ last })));
    }
    if (answer.ok && policy.lastGood !== undefined) machine.ok(asked.key, answer, clock.now());
    return answer;
  };
}

/** A failed call that is recorded only when it is known whether something stood in for its answer. */
class HeldFailure {
  readonly #ports: FallbackPorts;
  #ended: EndedCall | undefined;

  constructor(ports: FallbackPorts) {
    this.#ports = ports;
  }

  failed(ended: EndedCall): void {
    this.#ended = ended;
  }

  /** What the call ends with after all. @throws what it failed with, where nothing stands in */
  end(error: unknown, found: StandIn<unknown> | { readonly last: unknown }): Answer {
    const { recorder } = this.#ports;
    const ended = this.#ended;
    if ('last' in found) {
      if (ended !== undefined) recorder.failed(ended, error);
      throw found.last;
    }
    const answer = { ok: true, ...found } as const;
    this.#tell(ended, found);
    if (ended !== undefined) recorder.answered(ended, answer);
    return answer;
  }

  #tell(ended: EndedCall | undefined, { degraded }: StandIn<unknown>): void {
    const { observers, clock } = this.#ports;
    const { source, reason, age_ms: ageMs } = degraded;
    if (ended === undefined || !isMeshErrorCode(reason)) return;
    const decided = {
      layer: 'fallback',
      decision: source,
      code: reason,
      ...(ageMs !== undefined && { ageMs }),
    } as const;
    ended.call?.decided(decided, clock.now());
    observers.decision(ended.target.name, decided);
  }
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
