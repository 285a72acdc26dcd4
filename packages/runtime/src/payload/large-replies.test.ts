import { memoryMesh } from '@seedcore/mesh/testing';
import { type Endpoint, endpoint, jsonCodec, MeshError, ok, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { admission, Gate } from '@seedcore/resilience';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EncodedReply } from '../reply/encode-reply.ts';
import { ServedEndpoint } from '../served/served-endpoint.ts';
import { startService } from '../testing/start-service.ts';
import { LargeReplies } from './large-replies.ts';

const letter: Endpoint = endpoint({
  doc: 'A letter.',
  input: z.strictObject({ text: z.string() }),
  output: z.object({ text: z.string() }),
  stream: z.object({ n: z.int() }),
});

function bed() {
  const clock = new VirtualClock();
  const { payloads, transport } = memoryMesh({ clock, random: new SeededRandom(4), ns: 'n' });
  const lost: unknown[] = [];
  const observer = { replyLost: (_endpoint: ServedEndpoint, reason: unknown) => lost.push(reason) };
  const large = new LargeReplies({ payloads, transport, clock, observer });
  const served = new ServedEndpoint({
    name: 'letter',
    service: 'post',
    subject: 'n.svc.post.letter',
    contract: letter,
    handle: () => ok({}),
    gate: new Gate(admission(1)),
  });
  const envelope = {
    to: '_INBOX.a',
    codec: jsonCodec,
    endpoint: served,
    traced: { trace: { traceId: 't', spanId: 's' } },
    load: undefined,
  };
  const sent: EncodedReply[] = [];
  const send = (bytes: number) =>
    large.send(
      { data: new Uint8Array(bytes), headers: [], error: undefined },
      { ...envelope, frame: undefined, endsAt: 5_000 },
      (reply) => sent.push(reply),
    );
  const bodyOf = (reply = sent[0]) => jsonCodec.decode(reply?.data ?? new Uint8Array(0), { maxBytes: 10_000 });
  return { clock, payloads, transport, large, lost, sent, send, bodyOf };
}

test('without JetStream the caller is told both sizes', () => {
  const { payloads, send, bodyOf, transport } = bed();
  payloads.available = false;
  send(2_000_000);
  expect(bodyOf()).toMatchObject({
    error: { code: 'bad_request', details: { bytes: 2_000_000, limit: transport.maxPayload } },
  });
});

test('a reply that cannot be stored is a timeout: the work was done, and nobody can know it', async () => {
  const { payloads, send, bodyOf, large, lost } = bed();
  payloads.put = async () => {
    throw new MeshError('unavailable', { target: 'n_payloads' });
  };
  send(2_000_000);
  await large.idle();
  expect(bodyOf()).toMatchObject({ error: { code: 'timeout', details: { reason: 'reply_not_stored' } } });
  expect(lost).toMatchObject([{ code: 'unavailable' }]);
});

test('whoever drains waits for replies on their way to the store', async () => {
  const { payloads, send, large, sent } = bed();
  const held = Promise.withResolvers<void>();
  const put = payloads.put.bind(payloads);
  payloads.put = async (body) => held.promise.then(() => put(body));
  send(2_000_000);
  let idle = false;
  const done = large.idle().then(() => {
    idle = true;
  });
  await Promise.resolve();
  expect([idle, sent.length]).toEqual([false, 0]);
  held.resolve();
  await done;
  expect(sent).toHaveLength(1);
});

test('the end of a stream may be large as well, and so may what it was asked', async () => {
  const post = service('post', { doc: 'Letters.', version: '1.0.0', endpoints: { letter: endpoint(spec) } });
  const started = startService({
    contract: post,
    handlers: {
      letter: async ({ text }, call) => {
        await call.stream?.write({ n: text.length });
        return ok({ text });
      },
    },
  });
  const text = 'x'.repeat(2_000_000);
  const answer = started.letter.stream({ text });
  const items: number[] = [];
  for await (const { n } of answer) items.push(n);
  const reply = await answer.reply;
  expect([items, reply.ok && reply.value.text === text]).toEqual([[2_000_000], true]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(started.mesh.transport.bus.bodies.size).toBe(0);
});

const spec = {
  doc: 'A letter.',
  input: z.strictObject({ text: z.string() }),
  output: z.object({ text: z.string() }),
  stream: z.object({ n: z.int() }),
};

test.each([
  ['given up', { signal: AbortSignal.abort(new Error('enough')) }, 'cancelled'],
  ['without time', { deadlineMs: 0.5 }, 'deadline_exceeded'],
])('a call %s stores nothing', async (_what, call, code) => {
  const post = service('post', { doc: 'Letters.', version: '1.0.0', endpoints: { letter: endpoint(spec) } });
  const started = startService({ contract: post, handlers: { letter: ({ text }) => ok({ text }) } });
  let puts = 0;
  started.mesh.payloads.put = () => {
    puts += 1;
    throw new Error('not expected');
  };
  const error = await started.letter({ text: 'x'.repeat(2_000_000) }, call).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code, sent: false });
  expect(puts).toBe(0);
});
