import { isMeshErrorCode, meshErrors } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { mayBounce } from './bounce.ts';

const codes = Object.keys(meshErrors).filter(isMeshErrorCode);

test('only what an instance refused without running it bounces, and once', () => {
  expect(codes.filter((code) => mayBounce(code, 0))).toEqual([
    'no_responder',
    'overloaded',
    'rate_limited',
    'draining',
    'unavailable',
  ]);
  expect(codes.filter((code) => mayBounce(code, 1))).toEqual([]);
});
