import { expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

const read = (text: string | Uint8Array) =>
  readMessage(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'a');

test('a body with a type is a task, defaults filled in', () => {
  expect(read('{"type":"notify"}')).toMatchObject({
    ok: true,
    spec: { type: 'notify', params: {}, priority: 'normal' },
  });
});

test.each([
  ['{"type":"notify","params":', 'not JSON'],
  ['[]', 'expected object'],
  ['{}', '/type'],
  ['{"type":"notify","pramas":{}}', 'did you mean "params"'],
  ['{"type":"notify","id":"b"}', '/id'],
  ['{"type":"notify","params":{"__proto__":1}}', '__proto__'],
  ['{"type":"notify","params":{"n":1e999}}', 'not finite'],
  ['', '/type'],
])('%j is refused and says why', (body, why) => {
  const result = read(body);
  expect(result).toMatchObject({ ok: false, error: { code: 'bad_message', retryable: false }, raw: body });
  expect(result.ok ? '' : result.error.message).toContain(why);
});

test('bytes that are no text are kept as far as they can be shown', () => {
  expect(read(new Uint8Array([0x7b, 0xff, 0xfe]))).toMatchObject({ ok: false, raw: '{\ufffd\ufffd' });
});

test('of a large unreadable body only the beginning is kept', () => {
  const result = read(`{"type":${'x'.repeat(100_000)}`);
  expect(result.ok ? 0 : result.raw.length).toBe(4096);
});
