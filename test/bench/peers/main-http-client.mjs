import { connect } from '@nats-io/transport-node';
import { Pool } from 'undici';
import { answerParent } from '../rpc/answer-parent.ts';
import { checkedCall } from '../rpc/checked-call.ts';
import { payloads } from '../rpc/payloads.ts';

/** As many connections as calls are ever under way. */
const CONNECTIONS = 256;

const nats = await connect({ servers: process.env.NATS_URL });
const port = (await nats.request('bench.http.port')).string();
await nats.close();
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
const value = payloads['300 B'];
const headers = { 'content-type': 'application/json' };

async function call() {
  const { body } = await pool.request({
    path: '/observation',
    method: 'POST',
    headers,
    body: JSON.stringify(value),
  });
  return body.json();
}
answerParent({ '300 B': await checkedCall(call, value) });
