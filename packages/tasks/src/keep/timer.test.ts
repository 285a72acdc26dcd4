import type { StoredWhole } from '@seedcore/store';
import { expect, test } from 'vitest';
import { dueOf, nextArm, rearmed } from './timer.ts';

const DUE = '2026-11-22T10:00:00.000Z';

function timer(headers: Readonly<Record<string, string>>): StoredWhole {
  const pairs = Object.entries(headers);
  return {
    subject: 's',
    seq: 7,
    at: new Date(0),
    body: new Uint8Array(),
    headers: pairs,
    header: (name) => headers[name],
  };
}

test.each([
  ['x.deadline', 'x.deadline.arm1'],
  ['x.deadline.arm1', 'x.deadline.arm2'],
  ['x.arm9', 'x.arm10'],
  ['', '.arm1'],
])('the arm after %j is %j', (name, next) => {
  expect(nextArm(name)).toBe(next);
});

test.each([
  [{ 'Nats-Schedule': `@at ${DUE}` }, Date.parse(DUE)],
  [{ 'Nats-Schedule': '@every 5s' }, undefined],
  [{ 'Nats-Schedule': '@at noon' }, undefined],
  [{}, undefined],
])('%j is due at %s', (headers, due) => {
  expect(dueOf(timer(headers))).toBe(due);
});

test('it is armed again under another name, for the same time and place, in place of itself, with its own headers', () => {
  const armed = rearmed(
    timer({
      'Nats-Schedule': `@at ${DUE}`,
      'Nats-Schedule-Target': 'test.task.general.normal.a',
      'Nats-Schedule-TTL': '5m',
      'Nats-Msg-Id': 'a.1.0',
      'Nats-Rollup': 'sub',
      'Sc-Carrier': 'a.1.0',
    }),
  );
  expect(armed).toEqual({
    expect: 7,
    messageId: 'a.1.0.arm1',
    due: { at: new Date(DUE), target: 'test.task.general.normal.a' },
    headers: [
      ['Nats-Schedule-TTL', '5m'],
      ['Sc-Carrier', 'a.1.0'],
    ],
  });
});

test('one that somebody published without a name gets none', () => {
  const armed = rearmed(timer({ 'Nats-Schedule': `@at ${DUE}`, 'Nats-Schedule-Target': 'there' }));
  expect(armed).not.toHaveProperty('messageId');
});
