import {
  type Codec,
  codecs,
  type Endpoint,
  errorBody,
  exampleOf,
  headerNames,
  jsonCodec,
  type Service,
  subjects,
  ulid,
  validate,
  wireName,
  wireOutput,
} from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import type { RawReply, ServiceControls } from '@seedcore/runtime/testing';
import { mustRefuse } from '../bad-input/correct-refusal.ts';
import { derivedCases } from '../bad-input/derived-cases.ts';
import { typed } from '../bad-input/provoke.ts';

/** One thing every service must get right; `run` rejects when it does not. */
export type ConformanceCase = { readonly name: string; readonly run: () => Promise<void> };

/** Starts the service under test, fresh for each case; what `startService` returns. */
export type Start = () => ServiceControls | Promise<ServiceControls>;

type Subject = { readonly name: string; readonly endpoint: Endpoint };
type Work = (service: ServiceControls, subject: Subject) => Promise<void>;

/**
 * Every endpoint of a contract × its own example, bad input read off its schema, both codecs, late, and cancelled.
 * For use as `test.each(conformance(contract, start))('$name', ({ run }) => run())`.
 */
export function conformance(contract: Service, start: Start): readonly ConformanceCase[] {
  return Object.entries(contract.endpoints).flatMap(([key, endpoint]) => {
    const subject = { name: wireName(key), endpoint };
    return works(contract).map(([what, work]) => ({
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

function works(contract: Service): readonly (readonly [string, Work])[] {
  return [
    ...codecs.map((codec) => [`its example in ${codec.type}`, exampleAnswered(codec)] as const),
    ...codecs.map((codec) => [`what its schema rules out, in ${codec.type}`, refusesDerived(codec)] as const),
    ['bytes that end too early', refusedBytes('{"a":')],
    ['a prototype key', refusedBytes('{"__proto__":{"x":1}}', '/__proto__')],
    ['a body beyond its limit', tooLarge],
    ['a malformed deadline', malformedDeadline],
    ['no time left', late],
    ['cancelled at once', cancelled(contract)],
  ];
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

const late: Work = async (service, { name }) => {
  const reply = await moved(service, service.request(name, '', { [headerNames.deadlineMs]: '0' }));
  mustBe(reply, jsonCodec, ['deadline_exceeded']);
};

/** It may be over before the cancel arrives; what must not happen is a handler that goes on for ever. */
const cancelled =
  (contract: Service): Work =>
  async (service, { name, endpoint }) => {
    const { clock, random, transport, ns } = service.mesh;
    const call = ulid(clock, random);
    const body = jsonCodec.encode(exampleOf(endpoint.input));
    void service.request(name, body, { [headerNames.call]: call });
    transport.publish(subjects(ns).cancel(call), new Uint8Array(0));
    await moved(service, pass(service, endpoint.deadlineMs));
    if (service.inFlight() > 0)
      throw new Error(`${contract.name}.${name} still runs ${endpoint.deadlineMs} ms after its cancel`);
  };

const exampleAnswered =
  (codec: Codec): Work =>
  async (service, { name, endpoint }) => {
    const body = codec.encode(exampleOf(endpoint.input));
    const reply = await moved(service, service.request(name, body, typed(codec)));
    if (reply.status !== undefined) return mustBe(reply, codec, Object.keys(endpoint.failures));
    const checked = validate(wireOutput(endpoint), codec.decode(reply.data, { maxBytes: endpoint.maxBytes }));
    if (!checked.ok) throw new Error(`the reply does not fit: ${JSON.stringify(checked.problems)}`);
  };

/** Errors of the mesh that say the work could not be done just now are honest answers as well. */
const HONEST = ['deadline_exceeded', 'unavailable', 'timeout', 'rate_limited'];

function mustBe(reply: RawReply, codec: Codec, expected: readonly string[]): void {
  const { error } = errorBody.parse(codec.decode(reply.data, { maxBytes: 1_000_000 }));
  const allowed = expected.includes('deadline_exceeded') ? expected : [...expected, ...HONEST];
  if (!allowed.includes(error.code)) throw new Error(`answered ${error.code}: ${error.message}`);
}

async function stillServes(service: ServiceControls): Promise<void> {
  const reply = await moved(service, service.request('health'));
  if (reply.status !== undefined) throw new Error(`does not serve the next request: ${reply.text}`);
}

const pass = (service: ServiceControls, ms: number): Promise<void> =>
  new Promise((resolve) => {
    service.mesh.clock.after(ms, resolve);
  });

/** Steps a virtual clock forward until `work` is done; on a real one it is simply awaited. */
async function moved<T>(service: ServiceControls, work: Promise<T>): Promise<T> {
  const { clock } = service.mesh;
  if (!(clock instanceof VirtualClock)) return work;
  let done = false;
  const settled = work.finally(() => {
    done = true;
  });
  // The longest deadline a contract may name, in growing steps, so that short work costs few.
  for (let step = 0, ms = 0; !done && step < 1_000; step++, ms = Math.min(1_000, ms * 2 + 1)) await clock.advance(ms);
  if (!done) throw new Error('no answer in ten minutes of the test’s clock');
  return settled;
}
