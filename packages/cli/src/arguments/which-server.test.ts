import { expect, test } from 'vitest';
import { whichServer } from './which-server.ts';

test('the nearest word wins: option, environment, the mesh that runs here, the usual address', () => {
  const all = { flag: 'nats://a', env: 'nats://b', running: 'nats://c' };
  expect(whichServer(all)).toEqual({ url: 'nats://a', from: '--server' });
  expect(whichServer({ ...all, flag: undefined })).toEqual({ url: 'nats://b', from: 'NATS_URL' });
  expect(whichServer({ running: 'nats://c' })).toEqual({ url: 'nats://c', from: 'the mesh started here' });
  expect(whichServer({}).url).toBe('nats://127.0.0.1:4222');
});
