import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswer } from './answer.ts';

const read = (text: string) => readAnswer(new TextEncoder().encode(text));

test('a value, or an error that may be tried again unless it says otherwise', () => {
  expect(read('{"value":42,"carrier":"a.1.0","worker":"w1"}')).toEqual({
    carrier: 'a.1.0',
    worker: 'w1',
    end: { how: 'value', value: 42, degraded: undefined },
  });
  expect(read('{"value":null}').end).toMatchObject({ how: 'value', value: null });
  expect(read('{"error":{"message":"no"}}').end).toEqual({
    how: 'error',
    error: { code: 'error', message: 'no', retryable: true },
    retryAfterMs: 0,
  });
});

test.each([
  ['{"value":', /JSON/i],
  ['[]', /object/],
  ['{}', /either a value or an error/],
  ['{"value":1,"error":{}}', /either a value or an error/],
  ['{"value":1,"vaule":2}', /vaule/],
  ['{"error":{"code":7}}', /\/error\/code/],
  ['{"error":{"retry_after_ms":-1}}', /\/error\/retry_after_ms/],
  ['{"value":1,"worker":""}', /\/worker/],
])('%s is no answer, and it says why', (text, why) => {
  const { end } = read(text);
  expect(end).toMatchObject({ how: 'unreadable', error: { code: 'bad_answer', retryable: false } });
  expect(end.how === 'unreadable' && end.error.message).toMatch(why);
});

test('what cannot be read still says which message it is about, where it does', () => {
  expect(read('{"carrier":"a.1.0","value":1,"error":{}}')).toMatchObject({
    carrier: 'a.1.0',
    end: { how: 'unreadable' },
  });
});

test('a result that would not fit into the record is an error, told by its size', () => {
  const { end } = read(JSON.stringify({ value: 'x'.repeat(65_536) }));
  expect(end).toMatchObject({ how: 'error', error: { code: 'result_too_large', retryable: false } });
});

test('whatever is said fits into a record', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"value":${json}}`),
      ),
      (text) => {
        const { carrier = '', worker, end } = read(text);
        expect([carrier.length <= 160, worker.length <= 128]).toEqual([true, true]);
        if (end.how !== 'value')
          expect([end.error.code.length <= 64, end.error.message.length <= 400]).toEqual([true, true]);
      },
    ),
  );
});
