import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { resultsStream } from '../assets.ts';
import { putNewer } from './put-newer.ts';

const stream = 'SC_test_RESULTS';
const subject = 'test.result.a';

async function shelf() {
  const store = memoryStore({ clock: new VirtualClock(), random: new SeededRandom(1) });
  await store.provision([resultsStream]);
  const put = (gen: number, first = false) => putNewer(store.broker, { stream, subject, body: { gen }, first });
  const now = async () => {
    const last = await store.broker.last(stream, subject);
    return { seq: last?.seq, body: last && new TextDecoder().decode(last.body) };
  };
  return { store, put, now };
}

test('a newer generation replaces an older one, never the other way round', async () => {
  const { put, now } = await shelf();
  await put(1, true);
  await put(3);
  await put(2);
  await put(1, true);
  expect(await now()).toEqual({ seq: 2, body: '{"gen":3}' });
});

test('the same generation again changes nothing', async () => {
  const { put, now } = await shelf();
  await put(1, true);
  await put(1, true);
  await put(1);
  expect(await now()).toEqual({ seq: 1, body: '{"gen":1}' });
});

test('what is no result may be replaced', async () => {
  const { store, put, now } = await shelf();
  await store.broker.write(subject, new TextEncoder().encode('noise'));
  await put(1);
  expect(await now()).toEqual({ seq: 2, body: '{"gen":1}' });
});
