import { z } from 'zod';
import { type Client, endpoint, type Handlers, ok, service } from '../index.ts';

/** Each line that must not compile carries the error it expects: tsc fails when the error is gone. */
const contract = service('ml', {
  doc: '',
  version: '1.0.0',
  endpoints: {
    chat: endpoint({
      doc: '',
      input: z.strictObject({ prompt: z.string() }),
      output: z.object({ tokens: z.number() }),
      stream: z.object({ text: z.string() }),
    }),
    rank: endpoint({ doc: '', input: z.strictObject({}), output: z.object({}) }),
  },
});

export const handlers: Handlers<typeof contract> = {
  chat: async ({ prompt }, call) => {
    await call.stream?.write({ text: prompt });
    // @ts-expect-error an item of another shape
    await call.stream?.write({ txt: prompt });
    // @ts-expect-error the caller may not have asked for the stream
    await call.stream.write({ text: prompt });
    return ok({ tokens: 1 });
  },
  rank: async (_input, call) => {
    // @ts-expect-error an endpoint that does not stream
    await call.stream?.write({});
    return ok({});
  },
};

export async function reads(client: Client<typeof contract>): Promise<number> {
  const answer = client.chat.stream({ prompt: 'a' }, { deadlineMs: 5 });
  let length = 0;
  for await (const { text } of answer) length += text.length;
  // @ts-expect-error items are typed
  for await (const { words } of answer) length += words;
  // @ts-expect-error a wrong input type
  client.chat.stream({ prompt: 7 });
  // @ts-expect-error an endpoint that does not stream
  client.rank.stream({});
  const reply = await answer.reply;
  const once = await client.chat({ prompt: 'a' });
  return once.ok && reply.ok ? reply.value.tokens + length : 0;
}

endpoint({
  doc: '',
  input: z.strictObject({ id: z.string() }),
  output: z.object({}),
  // @ts-expect-error a field the input does not have
  affinity: 'ids',
});
