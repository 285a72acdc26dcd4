import { connect } from '@nats-io/transport-node';
import { answerParent } from './answer-parent.ts';
import { rawCodecs } from './raw-codecs.ts';

/** The service as one would write it with the library alone: decode, encode, respond. */
const nats = await connect({ servers: process.env['NATS_URL'] ?? '' });
for (const [name, { encode, decode }] of Object.entries(rawCodecs))
  nats.subscribe(`bench.raw.${name}`, {
    queue: 'q',
    callback: (error, message) => {
      if (error !== null) throw error;
      message.respond(message.data.length === 0 ? undefined : encode(decode(message.data)));
    },
  });
await nats.flush();
answerParent();
