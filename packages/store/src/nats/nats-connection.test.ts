import { DrainingConnectionError, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { BrokerConnection } from './nats-connection.ts';
import { publishStored } from './publish-stored.ts';
import type { StoreMesh } from './store-mesh.ts';

/** A mesh whose connection is `nats`, and what it is told of the broker. */
function meshOn(nats: Partial<NatsConnection>) {
  const heard: string[] = [];
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
  return { heard, connection: new BrokerConnection(mesh, () => {}) };
}

/** A broker that answers every publish with `ack`. */
function answering(ack: object) {
  const msg: Pick<Msg, 'json'> = { json: <T>() => ack as T };
  const { heard, connection } = meshOn({ request: async () => msg as Msg, isDraining: () => false });
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

test('a connection that ends takes no request, and an acknowledgement that comes too late for it is lost in silence', () => {
  const publish = () => {
    throw new DrainingConnectionError();
  };
  const { connection } = meshOn({ publish, isDraining: () => true });
  expect(() => connection.up('a')).toThrow(expect.objectContaining({ code: 'not_connected' }));
  connection.tell('$JS.ACK.a', '+ACK');
});
