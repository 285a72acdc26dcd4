import { implement, ok } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { type ServiceControls, sample, sampleService, startService } from '@seedcore/runtime/testing';
import { describe, expect, test } from 'vitest';
import { conformance, type Start } from './conformance.ts';

function start() {
  const clock = new VirtualClock();
  return startService(sampleService(clock).implementation, { clock });
}

/** One endpoint of the sample breaks two rules on purpose. */
const DEAF = ['sample.deaf: cancelled at once', 'sample.deaf: a deadline that passes while it works'] as const;
const cases = conformance(sample, start);

/** The case of that name, with a service of the test's own. */
async function check(what: string, own: Start): Promise<void> {
  const found = conformance(sample, own).find(({ name }) => name === what);
  if (found === undefined) throw new Error(`no case ${what}`);
  await found.run();
}

describe('a service that keeps its contract passes', () => {
  test.each(cases.filter(({ name }) => !DEAF.some((deaf) => deaf === name)))('$name', ({ run }) => run());
});

test('a handler that hears no cancel, and no deadline, is found', async () => {
  await expect(check(DEAF[0], start)).rejects.toThrow('sample.deaf still runs 50 ms after its cancel');
  await expect(check(DEAF[1], start)).rejects.toThrow('sample.deaf still runs 50 ms after its deadline');
});

test.each([
  ['no time left', '2 replies instead of 1'],
  ['a deadline that passes while it works', '2 replies instead of 1'],
  ['delivered twice', '4 replies instead of 2'],
  ['asked twice with one idempotency key', '2 replies instead of 1'],
])('more than one reply is found: %s', async (what, message) => {
  const doubled = () => {
    const service = start();
    service.mesh.transport.bus.duplicate('_INBOX.>');
    return service;
  };
  await expect(check(`sample.echo: ${what}`, doubled)).rejects.toThrow(message);
});

test('a reply that comes after the cancel is found', async () => {
  const lateReplies = () => {
    const service = start();
    service.mesh.transport.bus.delay('_INBOX.>', 30);
    return service;
  };
  await expect(check('sample.echo: cancelled at once', lateReplies)).rejects.toThrow('1 replies instead of 0');
});

test('a handler that cannot do it twice is found', async () => {
  let asked = 0;
  const done = () => ok({});
  const once = () => {
    asked += 1;
    if (asked === 2) throw new Error('not again');
    return ok({ text: 'hi' });
  };
  const fragile = () => startService(implement(sample, { echo: once, slow: done, deaf: done, careful: done }));
  await expect(check('sample.echo: delivered twice', fragile)).rejects.toThrow('answered internal');
  asked = 0;
  await expect(check('sample.echo: asked twice with one idempotency key', fragile)).rejects.toThrow(
    'answered internal',
  );
});

test.each([
  ['a value', '', 'bytes after the value'],
  ['a refusal', '{"text":7}', 'asked in application/msgpack, answered in application/json'],
])('%s in another codec than the request is found', async (_, body, message) => {
  const stubborn = () => {
    const service = start();
    const request: ServiceControls['request'] = (endpoint) => service.request(endpoint, body);
    return { ...service, request };
  };
  await expect(check('sample.echo: its example in application/msgpack', stubborn)).rejects.toThrow(message);
});

test('a handler that breaks its contract is found', async () => {
  const answer = () => JSON.parse(JSON.stringify(ok({ text: 7 })));
  const broken = () => startService(implement(sample, { echo: answer, slow: answer, deaf: answer, careful: answer }));
  const example = conformance(sample, broken).find(
    ({ name }) => name === 'sample.echo: its example in application/json',
  );
  await expect(example?.run()).rejects.toThrow('answered internal');
});
