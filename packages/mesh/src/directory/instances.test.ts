import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allSpeakMsgpack,
  type Instance,
  type Instances,
  instanceOf,
  instancesStep,
  MAX_INSTANCES,
} from './instances.ts';
import { readIdentity, readInfo, readStats } from './micro-info.ts';

const one = (id: string, speaksMsgpack = true): Instance => ({
  id,
  version: '1.0.0',
  contract: undefined,
  speaksMsgpack,
  missed: 0,
});
const heard = (before: Instances, ...found: Instance[]) =>
  instancesStep(before, { kind: 'refreshed', service: 'ml', found });
const ids = (instances: Instances) => [...(instances.get('ml')?.keys() ?? [])];
const nobody: Instances = new Map();

describe('instances', () => {
  test('one lost answer is no departure, two are', () => {
    const both = heard(nobody, one('a'), one('b'));
    const missing = heard(both, one('a'));
    expect(ids(missing).toSorted()).toEqual(['a', 'b']);
    expect(ids(heard(missing, one('a')))).toEqual(['a']);
    expect(ids(heard(heard(missing, one('a'), one('b')), one('a'))).toSorted()).toEqual(['a', 'b']);
  });

  test('no responder on its own subject means gone, until it is heard again', () => {
    const gone = instancesStep(heard(nobody, one('a'), one('b')), {
      kind: 'no_responder',
      service: 'ml',
      instance: 'a',
    });
    expect(ids(gone)).toEqual(['b']);
    expect(ids(heard(gone, one('a'), one('b'))).toSorted()).toEqual(['a', 'b']);
  });

  test('MessagePack only where everybody who may get the request reads it', () => {
    const mixed = heard(nobody, one('a'), one('b', false));
    expect(allSpeakMsgpack(nobody, 'ml')).toBe(false);
    expect(allSpeakMsgpack(mixed, 'ml')).toBe(false);
    expect(allSpeakMsgpack(mixed, 'ml', 'a')).toBe(true);
    expect(allSpeakMsgpack(mixed, 'ml', 'c')).toBe(false);
    expect(allSpeakMsgpack(heard(nobody, one('a')), 'ml')).toBe(true);
  });

  test('are bounded, and what was there before is never changed', () => {
    const id = fc.integer({ min: 0, max: 400 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(id, { maxLength: 300 }), { maxLength: 5 }), (refreshes) => {
        let instances = nobody;
        for (const found of refreshes) {
          const before = ids(instances);
          const frozen = instances;
          instances = heard(instances, ...found.map((each) => one(each)));
          expect(ids(frozen)).toEqual(before);
          expect(ids(instances).length).toBeLessThanOrEqual(MAX_INSTANCES);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an answer on $SRV', () => {
  const info = {
    type: 'io.nats.micro.v1.info_response',
    name: 'ml',
    id: 'ml-1',
    version: '1.2.3',
    description: 'Measures.',
    metadata: { 'sc.codec': 'json,msgpack', 'sc.contract': '0123456789abcdef', odd: 7 },
    endpoints: [{ name: 'chat', subject: 'prod.svc.ml.chat', queue_group: 'q', metadata: null }, 'odd'],
  };

  test('is read without what does not belong', () => {
    expect(readInfo(info)).toEqual({
      name: 'ml',
      id: 'ml-1',
      version: '1.2.3',
      description: 'Measures.',
      metadata: { 'sc.codec': 'json,msgpack', 'sc.contract': '0123456789abcdef' },
      endpoints: [{ name: 'chat', subject: 'prod.svc.ml.chat', queueGroup: 'q', metadata: {} }],
    });
    expect(readStats({ ...info, started: '2026-11-22T10:00:00Z' })).toMatchObject({ started: '2026-11-22T10:00:00Z' });
  });

  test.each([undefined, null, 7, 'text', [], {}, { name: 'ml', id: 7, version: '1' }])('%j is none', (value) => {
    expect([readIdentity(value), readInfo(value), readStats(value)]).toEqual([undefined, undefined, undefined]);
  });

  test('makes an instance in the namespace it serves, and in no other', () => {
    const read = readInfo(info);
    if (read === undefined) throw new Error('unreadable');
    const expected = { id: 'ml-1', version: '1.2.3', contract: '0123456789abcdef', speaksMsgpack: true, missed: 0 };
    expect(instanceOf(read, 'prod')).toEqual(expected);
    expect(instanceOf(read, 'test')).toBeUndefined();
    expect(instanceOf({ ...read, metadata: {} }, 'prod')?.speaksMsgpack).toBe(false);
  });
});
