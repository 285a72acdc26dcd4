// A worker by somebody who has never heard of the mesh: the client library, one subject, JSON.
import { connect, headers } from '@nats-io/transport-node';

const nats = await connect({ servers: process.env.NATS_URL });
let mood = 'well';
let failures = 0;

nats.subscribe('foreign.mood', {
  callback: (_, message) => {
    [mood, failures] = [message.string().split(' ')[0], Number(message.string().split(' ')[1] ?? Infinity)];
    message.respond();
  },
});
nats.subscribe('seedcore-dev.svc.echo.say', {
  queue: 'q',
  callback: (_, message) => {
    if (mood === 'hangs') return;
    const failed = headers();
    failed.set('Nats-Service-Error-Code', '500');
    failed.set('Nats-Service-Error', 'out of ideas');
    if (mood === 'fails' && failures-- > 0) message.respond('Traceback (most recent call last)', { headers: failed });
    else message.respond(JSON.stringify({ word: message.json().word }));
  },
});
await nats.flush();
console.log('listening');
process.once('SIGTERM', () => nats.drain());
