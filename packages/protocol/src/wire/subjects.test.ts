import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInbox, isToken, namespaceOf, printable, subjects } from '../index.ts';

const at = subjects('seedcore-dev');

test('subjects are those people type', () => {
  expect(at.endpoint('ml', 'detect_anomaly')).toBe('seedcore-dev.svc.ml.detect_anomaly');
  expect(at.task('general', 'normal', 'my-id')).toBe('seedcore-dev.task.general.normal.my-id');
  expect(at.event('task', 'queued', 't1')).toBe('seedcore-dev.evt.task.queued.t1');
  expect([at.stream('TASKS'), at.bucket('tasks')]).toEqual(['SC_seedcore-dev_TASKS', 'seedcore-dev_tasks']);
});

test('no text can change the shape of a subject', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (isToken(text)) expect(at.task('general', 'normal', text).split('.')).toHaveLength(5);
      else expect(() => at.task('general', 'normal', text)).toThrowError(RangeError);
    }),
  );
});

test.each(['a.b', '*', '>', 'a b', '', 'a\r\nPUB x', '$SYS', 'x'.repeat(65), 'ａ'])('%j is not a token', (text) => {
  expect(isToken(text)).toBe(false);
});

test.each([
  ['_INBOX.abc.1', true],
  ['_INBOX.a..b', false],
  ['$JS.API.STREAM.DELETE.X', false],
  ['seedcore-dev.svc.ml.help', false],
  ['_INBOX.>', false],
])('%s as a reply subject: %s', (subject, allowed) => {
  expect(isInbox(subject)).toBe(allowed);
});

test('the namespace comes from the environment, and a bad one is refused by name', () => {
  expect(namespaceOf({})).toBe('seedcore-dev');
  expect(namespaceOf({ RAY_NAMESPACE: 'old' })).toBe('old');
  expect(namespaceOf({ SEEDCORE_NS: 'new', RAY_NAMESPACE: 'old' })).toBe('new');
  expect(() => namespaceOf({ SEEDCORE_NS: 'a.b' })).toThrowError(/SEEDCORE_NS/);
});

test('text for headers and terminals holds no control characters', () => {
  expect(printable('a\r\nb\u001b[31mc\u202ed', 100)).toBe('a b [31mc d');
  expect(printable('x'.repeat(20), 10)).toHaveLength(10);
});
