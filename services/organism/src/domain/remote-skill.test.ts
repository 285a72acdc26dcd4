import type { RemoteSkill } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { cardOfRemote, declareRemote } from './remote-skill.ts';

const ocr: RemoteSkill = {
  ...{ name: 'ocr_page', version: '1.2.0', doc: 'Reads a page.', idempotent: true, side_effects: false },
  ...{ timeout_ms: 60_000, concurrency: 2 },
  input: { type: 'object', properties: { page: { type: 'integer' } } },
  output: { type: 'object' },
};
const known = (brought: Partial<RemoteSkill> = {}) => {
  const declared = declareRemote(undefined, { ...ocr, ...brought }, 'o');
  if (!declared.ok) throw new Error(declared.conflict.reason);
  return declared.record;
};

test('the same skill may be brought by any number of workers', () => {
  expect(declareRemote(known(), ocr, 'o')).toEqual({ ok: true, record: known() });
  expect(cardOfRemote(known())).toMatchObject({
    isolation: 'remote',
    limits: { timeoutMs: 60_000 },
    sideEffects: false,
  });
});

test('other schemas under the same version are a conflict, also under one that was replaced', () => {
  const other = { ...ocr, output: { type: 'string' } };
  expect(declareRemote(known(), other, 'o')).toMatchObject({ ok: false, conflict: { version: '1.2.0' } });
  const newer = declareRemote(known(), { ...other, version: '1.10.0' }, 'o');
  if (!newer.ok) throw new Error(newer.conflict.reason);
  expect(declareRemote(newer.record, other, 'o')).toMatchObject({ ok: false });
});

test('the highest version stands, whoever comes last', () => {
  const newer = known({ version: '1.10.0', doc: 'new' });
  expect(declareRemote(newer, ocr, 'o')).toMatchObject({ ok: true, record: { version: '1.10.0', doc: 'new' } });
  expect(declareRemote(known(), { ...ocr, version: '1.10.0', doc: 'new' }, 'o')).toMatchObject({
    record: { doc: 'new' },
  });
});

test('a skill lives in one organ, and its schemas have a size', () => {
  expect(declareRemote(known(), ocr, 'p')).toMatchObject({ ok: false, conflict: { reason: 'it is a skill of o' } });
  const huge = { ...ocr, input: { description: 'x'.repeat(70_000) } };
  expect(declareRemote(undefined, huge, 'o')).toMatchObject({
    ok: false,
    conflict: { reason: expect.stringContaining('input') },
  });
});
