import { connect } from '@nats-io/transport-node';
import fastify from 'fastify';
import { answerParent } from '../rpc/answer-parent.ts';

const server = fastify();
server.post('/observation', async ({ body }) => body);
await server.listen({ host: '127.0.0.1', port: 0 });
// The bus is only how the client learns the port.
const nats = await connect({ servers: process.env.NATS_URL });
nats.subscribe('bench.http.port', {
  callback: (_error, message) => message.respond(String(server.server.address().port)),
});
await nats.flush();
answerParent();
