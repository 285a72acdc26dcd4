import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { meshErrorText } from './mesh-error-text.ts';

test('an error says target and code once, and then what is known of it', () => {
  expect(meshErrorText(new MeshError('timeout', { target: 'ml.chat' }))).toBe('ml.chat: timeout, no answer in time');
  const told = new MeshError('bad_reply', { target: 'ml.chat', message: 'ml.chat: the answer is not JSON' });
  expect(meshErrorText(told)).toBe('ml.chat: bad_reply: the answer is not JSON');
});
