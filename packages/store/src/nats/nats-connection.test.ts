import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { BrokerConnection } from './nats-connection.ts';
import { publishStored } from './publish-stored.ts';
import type { StoreMesh } from './store-mesh.ts';

/** A broker that answers every publish with `ack`, and what the mesh is told of it. */
function answering(ack: object) {
  const heard: string[] = [];
  const msg: Pick<Msg, 'json'> = { json: <T>() => ack as T };
  const nats: Pick<NatsConnection, 'request'> = { request: async () => msg as Msg };
  const mesh: StoreMesh = {
    ns: 'test',
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    transport: {
      state: 'up',
      onState: () => () => {},
      publish: () => {},
      subscribe: () => ({ unsubscribe: () => {} }),
      flush: async () => {},
      inbox: '_INBOX.test',
    },
    nats: () => nats as NatsConnection,
    heardJetStream: (outcome) => heard.push(outcome),
  };
  const connection = new BrokerConnection(mesh, () => {});
  const write = () => publishStored(connection, { subject: 'test.log.a', body: new Uint8Array() });
  return { heard, write };
}

test('a write that is acknowledged, or refused for its sequence, is an answer of the broker', async () => {
  const kept = answering({ seq: 7 });
  expect(await kept.write()).toEqual({ ok: true, seq: 7, duplicate: false });
  const other = answering({ error: { code: 400, err_code: 10071, description: 'wrong last sequence' } });
  expect(await other.write()).toEqual({ ok: false, refused: 'wrong_sequence' });
  expect([kept.heard, other.heard]).toEqual([['answer'], ['answer']]);
});

test('a write refused for want of a leader is none: a client of a cut-off server leaves it for that', async () => {
  const { heard, write } = answering({ error: { code: 503, err_code: 10008, description: 'no leader' } });
  await expect(write()).rejects.toMatchObject({ code: 'unavailable' });
  expect(heard).toEqual(['no_leader']);
});
