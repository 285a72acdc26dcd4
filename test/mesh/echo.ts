import type { Subscription, Transport } from '@seedcore/mesh';
import { endpoint, event, id, jsonCodec, service } from '@seedcore/protocol';
import { z } from 'zod';

const word = z.strictObject({ word: id });

/** The contract these tests call. */
export const echo = service('echo', {
  doc: 'Repeats what it is told.',
  version: '1.0.0',
  endpoints: {
    say: endpoint({ doc: 'Repeats a word.', input: word, output: word, idempotent: true }),
    sayOnce: endpoint({ doc: 'Repeats a word, for good.', input: word, output: word }),
  },
  events: { said: event({ doc: 'A word was said.', data: word, kind: 'lossy', key: 'word' }) },
});

/** A worker without any mesh code: JSON in, JSON out; whatever `hear` returns is the answer, undefined means none. */
export function plainWorker(
  transport: Transport,
  endpointName: string,
  hear: (input: unknown) => unknown = (input) => input,
): Subscription {
  const serve = async (data: Uint8Array, reply: string | undefined) => {
    const answer = await hear(jsonCodec.decode(data, { maxBytes: 1_000_000 }));
    if (reply !== undefined && answer !== undefined && transport.state === 'up')
      transport.publish(reply, jsonCodec.encode(answer));
  };
  return transport.subscribe(`seedcore-dev.svc.echo.${endpointName}`, ({ data, reply }) => serve(data, reply), {
    queue: 'q',
  });
}
