import { parseArgs } from 'node:util';
import { connect, headers } from '@nats-io/transport-node';
import { answerParent } from './answer-parent.ts';
import { checkedCall } from './checked-call.ts';
import { type PayloadName, payloads } from './payloads.ts';
import { type RawCodec, rawCodecs } from './raw-codecs.ts';

/** Calls with the library's `request` alone: a plain service, or with `--subjects` the endpoints of a service of the mesh. */
const { values } = parseArgs({
  options: {
    codec: { type: 'string', default: 'json' },
    /** JSON: the subject of each payload. */
    subjects: { type: 'string', default: '{}' },
    /** Sent as `Content-Type`. */
    type: { type: 'string' },
    /** Without the stack trace the library takes for every request unless told not to. */
    lean: { type: 'boolean', default: false },
  },
});
const codec: RawCodec = values.codec === 'json' ? rawCodecs.json : rawCodecs.msgpackr;
const subjects: Partial<Record<PayloadName, string>> = JSON.parse(values.subjects);
const nats = await connect({ servers: process.env['NATS_URL'] ?? '', noAsyncTraces: values.lean });

function callOf(name: PayloadName): () => Promise<unknown> {
  const subject = subjects[name] ?? `bench.raw.${values.codec}`;
  const value = payloads[name];
  const extra = headers();
  if (values.type !== undefined) extra.set('Content-Type', values.type);
  const options = { timeout: 10_000, noMux: false, ...(values.type === undefined ? {} : { headers: extra }) };
  return async () => {
    const { data } = await nats.request(subject, value === undefined ? undefined : codec.encode(value), options);
    return data.length === 0 ? undefined : codec.decode(data);
  };
}

const only: readonly PayloadName[] = values.subjects === '{}' ? ['0 B', '300 B', '16 KiB'] : ['300 B'];
const calls = await Promise.all(
  only.map(async (name) => [name, await checkedCall(callOf(name), payloads[name])] as const),
);
answerParent(Object.fromEntries(calls));
