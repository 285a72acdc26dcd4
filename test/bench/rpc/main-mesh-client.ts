import type { ClientOptions, Mesh } from '@seedcore/mesh';
import { type Client, implement, ok } from '@seedcore/protocol';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { until } from '../../support/until.ts';
import { answerParent, type Calls } from './answer-parent.ts';
import { checkedCall } from './checked-call.ts';
import { bench, benchCaller } from './contract.ts';
import { payloads } from './payloads.ts';

/** The default policies; only the line is long enough for everything that is ever in flight. */
const options: ClientOptions = { bulkhead: { limit: 512, queue: 1_536 }, ...codecOption(process.argv[2]) };

function codecOption(word: string | undefined): ClientOptions {
  return word === 'json' ? { codec: 'json' } : {};
}

/** The value of a reply; nothing in this benchmark fails. */
async function answerOf(reply: Promise<{ readonly ok: boolean; readonly value?: unknown }>): Promise<unknown> {
  const answered = await reply;
  if (!answered.ok) throw new Error('a declared failure');
  return answered.value;
}

async function callsOf(client: Client<typeof bench>): Promise<Calls> {
  return {
    '0 B': await checkedCall(() => answerOf(client.nothing({})), {}),
    '300 B': await checkedCall(() => answerOf(client.observation(payloads['300 B'])), payloads['300 B']),
    '16 KiB': await checkedCall(() => answerOf(client.batch(payloads['16 KiB'])), payloads['16 KiB']),
  };
}

/** Until the service is known to read MessagePack, clients write JSON. */
async function mutualMsgpack(mesh: Mesh): Promise<void> {
  await until('an instance that reads MessagePack', () =>
    mesh.instances('bench').some(({ speaksMsgpack }) => speaksMsgpack),
  );
}

await runService(
  defineService({
    contract: benchCaller,
    config: z.object({}),
    start: async ({ mesh }) => {
      if (process.argv[2] !== 'json') await mutualMsgpack(mesh);
      answerParent(await callsOf(mesh.client(bench, options)));
      return { implementation: implement(benchCaller, { nothing: (input) => ok(input) }) };
    },
  }),
  process.env,
);
