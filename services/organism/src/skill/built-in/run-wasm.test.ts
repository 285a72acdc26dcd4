import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { playBuiltIn } from '../../testing/play-built-in.ts';
import { type ModuleText, moduleOf, SPIN } from '../../testing/wasm-modules.ts';

const given = (text: ModuleText, more: object = {}) => {
  const bytes = moduleOf(text);
  return {
    module: bytes.toString('base64'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    input: 'hi',
    ...more,
  };
};

test('a module runs in a thread of its own', async () => {
  expect(await playBuiltIn('run_wasm', given({}))).toEqual({ end: 'ok', output: { output: 'hi', ms: 0 } });
});

test('organism.A19: one that never ends is ended when its time is over', async () => {
  const end = await playBuiltIn('run_wasm', given({ run: SPIN }, { timeout_ms: 20 }));
  expect(end).toMatchObject({ end: 'failed', code: 'too_slow', data: { timeout_ms: 20 } });
});

test('another module than the one that is named is not run', async () => {
  const end = await playBuiltIn('run_wasm', { ...given({}), sha256: '0'.repeat(64) });
  expect(end).toMatchObject({ end: 'failed', code: 'bad_module' });
});
