import { type Codec, codecs, type Endpoint, headerNames, jsonCodec, type Service, wireName } from '@seedcore/protocol';
import type { ServiceControls } from '@seedcore/runtime/testing';
import { badInputs } from './bad-inputs.ts';
import { codecWorks } from './codecs-in-turn.ts';
import { mustRefuse } from './correct-refusal.ts';
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
    return works(endpoint).map(([what, work]) => ({
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

function works(endpoint: Endpoint): readonly (readonly [string, Work])[] {
  return [
    ...codecWorks,
    ...codecs.flatMap((codec) =>
      badInputs(endpoint).map(
        ({ name, value, field }) => [`${name} in ${codec.type}`, refused(codec, value, field)] as const,
      ),
    ),
    ['bytes that end too early', refusedBytes('{"a":')],
    ['a prototype key', refusedBytes('{"__proto__":{"x":1}}', '/__proto__')],
    ['a body beyond its limit', tooLarge],
    ['a malformed deadline', malformedDeadline],
    ...timingWorks,
  ];
}

const refused =
  (codec: Codec, value: unknown, field: string): Work =>
  async (service, { name }) => {
    const reply = await moved(service, service.request(name, codec.encode(value), typed(codec)));
    mustRefuse(reply, codec, field);
  };

const refusedBytes =
  (body: string, field = ''): Work =>
  async (service, { name }) =>
    mustRefuse(await moved(service, service.request(name, body)), jsonCodec, field);

const tooLarge: Work = async (service, { name, endpoint }) => {
  // Beyond the bus's own limit nothing can be sent at all.
  if (endpoint.maxBytes + 1 > service.mesh.transport.maxPayload) return;
  const body = new Uint8Array(endpoint.maxBytes + 1).fill(0x20);
  mustRefuse(await moved(service, service.request(name, body)), jsonCodec, '');
};

const malformedDeadline: Work = async (service, { name }) =>
  mustRefuse(
    await moved(service, service.request(name, '', { [headerNames.deadlineMs]: 'soon' })),
    jsonCodec,
    headerNames.deadlineMs,
  );

async function stillServes(service: ServiceControls): Promise<void> {
  const reply = await moved(service, service.request('health'));
  if (reply.status !== undefined) throw new Error(`does not serve the next request: ${reply.text}`);
}

const typed = (codec: Codec): Record<string, string> => ({ [headerNames.contentType]: codec.type });
