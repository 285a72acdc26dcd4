import { jsonCodec } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { Mux } from '../mux/mux.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { JsApi, type JsOutcome, TRY_MS } from './js-api.ts';

const nothing = new Uint8Array(0);

/** An API of one subject that answers with `answer`, or not at all. */
function api(answer?: object) {
  const clock = new VirtualClock();
  const transport = memoryTransport({ clock, random: new SeededRandom(1) });
  transport.subscribe('asked', ({ reply = '' }) => {
    if (answer !== undefined) transport.publish(reply, jsonCodec.encode(answer));
  });
  const heard: JsOutcome[] = [];
  const mux = new Mux({ transport, clock, onLate: () => undefined });
  return { clock, heard, api: new JsApi(mux, (outcome) => heard.push(outcome)) };
}

test.each([
  ['an answer', { seq: 7 }, 'answer'],
  ['a refusal', { error: { err_code: 10_059, description: 'stream not found' } }, 'answer'],
  ['a refusal for want of a leader', { error: { err_code: 10_008, description: 'unavailable' } }, 'no_leader'],
])('%s is told once, as what it is', async (_what, answer, outcome) => {
  const bed = api(answer);
  await bed.api.ask('asked', nothing).catch(() => undefined);
  expect(bed.heard).toEqual([outcome]);
});

test('a direct read is told as one, and silence as such', async () => {
  const reading = api({});
  await reading.api.read('asked', nothing);
  const silent = api();
  const asked = silent.api.ask('asked', nothing).catch(() => undefined);
  await silent.clock.advance(TRY_MS + 10);
  await asked;
  expect([reading.heard, silent.heard]).toEqual([['read'], ['timeout']]);
});
