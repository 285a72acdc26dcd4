import { expect, test } from 'vitest';
import { ackFacts } from './ack-facts.ts';

const facts = { deliveries: 2, seq: 7, delivered: 9, at: new Date(1_700_000_000_000), pending: 4 };

test.each([
  ['$JS.ACK.STREAM.consumer.2.7.9.1700000000000000000.4'],
  ['$JS.ACK.domain.account.STREAM.consumer.2.7.9.1700000000000000000.4.random'],
  ['$JS.ACK._.account.STREAM.consumer.2.7.9.1700000000000000000.4'],
])('%s is read', (reply) => {
  expect(ackFacts(reply)).toEqual(facts);
});

test.each(['', '_INBOX.a.b', '$JS.API.INFO', '$JS.ACK.too.short'])('%j is none', (reply) => {
  expect(ackFacts(reply)).toBeUndefined();
});
