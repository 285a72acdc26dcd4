import { describe, expect, test } from 'vitest';
import { introductionOf } from './introduction.ts';
import { readIdentity, readInfo, readStats } from './micro-info.ts';

describe('an answer on $SRV', () => {
  const info = {
    type: 'io.nats.micro.v1.info_response',
    name: 'ml',
    id: 'ml-1',
    version: '1.2.3',
    description: 'Measures.',
    metadata: { 'sc.codec': 'json,msgpack', 'sc.contract': '0123456789abcdef', 'sc.inst': '1', odd: 7 },
    endpoints: [{ name: 'chat', subject: 'prod.svc.ml.chat', queue_group: 'q', metadata: null }, 'odd'],
  };

  test('is read without what does not belong', () => {
    expect(readInfo(info)).toEqual({
      name: 'ml',
      id: 'ml-1',
      version: '1.2.3',
      description: 'Measures.',
      metadata: { 'sc.codec': 'json,msgpack', 'sc.contract': '0123456789abcdef', 'sc.inst': '1' },
      endpoints: [{ name: 'chat', subject: 'prod.svc.ml.chat', queueGroup: 'q', metadata: {} }],
    });
    expect(readStats({ ...info, started: '2026-11-22T10:00:00Z' })).toMatchObject({ started: '2026-11-22T10:00:00Z' });
  });

  test.each([undefined, null, 7, 'text', [], {}, { name: 'ml', id: 7, version: '1' }])('%j is none', (value) => {
    expect([readIdentity(value), readInfo(value), readStats(value)]).toEqual([undefined, undefined, undefined]);
  });

  test('introduces an instance in the namespace it serves, and in no other', () => {
    const read = readInfo(info);
    if (read === undefined) throw new Error('unreadable');
    const known = {
      id: 'ml-1',
      version: '1.2.3',
      contract: '0123456789abcdef',
      speaksMsgpack: true,
      addressable: true,
    };
    expect(introductionOf(read, 'prod')).toEqual(known);
    expect(introductionOf(read, 'test')).toBeUndefined();
    expect(introductionOf({ ...read, metadata: {} }, 'prod')).toMatchObject({
      speaksMsgpack: false,
      addressable: false,
    });
    expect(introductionOf({ ...read, id: 'no.token' }, 'prod')?.addressable).toBe(false);
  });
});
