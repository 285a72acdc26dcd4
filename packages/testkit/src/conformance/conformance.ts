import { type Codec, codecs, headerNames, type Service, wireName } from '@seedcore/protocol';
import type { ServiceControls } from '@seedcore/runtime/testing';
import { mustRefuse } from '../bad-input/correct-refusal.ts';
import { derivedCases } from '../bad-input/derived-cases.ts';
import { typed } from '../bad-input/provoke.ts';
import { codecWorks } from './codecs-in-turn.ts';
import { timingWorks } from './timing.ts';
import { moved, type Subject, type Work } from './work.ts';

/** One thing every service must get right; `run` rejects when it does not. */
export type ConformanceCase = { readonly name: string; readonly run: () => Promise<void> };

/** Starts the service under test, fresh for each case; what `startService` returns. */
export type Start = () => ServiceControls | Promise<ServiceControls>;

/**
 * Every endpoint of a contract × its own example, bad input read off its schema, both codecs, late, cancelled, twice.
 * For use as `test.each(conformance(contract, start))('$name', ({ run }) => run())`.
 */
export function conformance(contract: Service, start: Start): readonly ConformanceCase[] {
  return Object.entries(contract.endpoints).flatMap(([key, endpoint]) => {
    const subject = { service: contract.name, name: wireName(key), endpoint };
    return works.map(([what, work]) => ({
      name: `${contract.name}.${subject.name}: ${what}`,
      run: () => inService(start, subject, work),
    }));
  });
}

async function inService(start: Start, subject: Subject, work: Work): Promise<void> {
  const service = await start();
  try {
    await work(service, subject);
    await stillServes(service);
  } finally {
    await moved(service, service.stop());
  }
}

/** Only what must be refused: what may be taken would be done. */
const refusesDerived =
  (codec: Codec): Work =>
  async (service, { name, endpoint }) => {
    for (const { body, expected, mutation } of derivedCases(endpoint, codec)) {
      if (expected === undefined) continue;
      const reply = await moved(service, service.request(name, body, typed(codec)));
      try {
        mustRefuse(reply, { expected, sent: body });
      } catch (cause) {
        throw new Error(`${mutation.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }
  };

const refusedBytes =
  (body: string, field = ''): Work =>
  async (service, { name }) => {
    mustRefuse(await moved(service, service.request(name, body)), { expected: badRequest(field), sent: body });
  };

const badRequest = (field: string) => ({ code: 'bad_request', field });

const tooLarge: Work = async (service, { name, endpoint }) => {
  // Beyond the bus's own limit nothing can be sent at all.
  if (endpoint.maxBytes + 1 > service.mesh.transport.maxPayload) return;
  const body = new Uint8Array(endpoint.maxBytes + 1).fill(0x20);
  mustRefuse(await moved(service, service.request(name, body)), { expected: badRequest(''), sent: body });
};

const malformedDeadline: Work = async (service, { name }) => {
  mustRefuse(await moved(service, service.request(name, '', { [headerNames.deadlineMs]: 'soon' })), {
    expected: badRequest(headerNames.deadlineMs),
    sent: 'soon',
  });
};

async function stillServes(service: ServiceControls): Promise<void> {
  const reply = await moved(service, service.request('health'));
  if (reply.status !== undefined) throw new Error(`does not serve the next request: ${reply.text}`);
}

const works: readonly (readonly [string, Work])[] = [
  ...codecWorks,
  ...codecs.map((codec) => [`what its schema rules out, in ${codec.type}`, refusesDerived(codec)] as const),
  ['bytes that end too early', refusedBytes('{"a":')],
  ['a prototype key', refusedBytes('{"__proto__":{"x":1}}', '/__proto__')],
  ['a body beyond its limit', tooLarge],
  ['a malformed deadline', malformedDeadline],
  ...timingWorks,
];
