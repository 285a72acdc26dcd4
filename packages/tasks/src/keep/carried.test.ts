import { expect, test } from 'vitest';
import { CARRIER } from '../record/task-shelf.ts';
import { isCarried, settledByLane } from './carried.ts';

const header = (carrier: string | undefined) => (name: string) => (name === CARRIER ? carrier : undefined);
const message = (seq: number, carrier?: string) => ({ seq, header: header(carrier) });
const timer = (carrier: string) => ({ header: header(carrier) });

test.each([
  ['its message', { message: message(9, 'a.1.0'), timer: undefined }, true],
  ['a plain publish', { message: message(9), timer: undefined }, true],
  ['an older message, whose taker sends the right one', { message: message(9, 'a.1.9'), timer: undefined }, true],
  ['a message that is not delivered any more', { message: message(8, 'a.1.0'), timer: undefined }, false],
  ['its timer', { message: undefined, timer: timer('a.1.0') }, true],
  ['the timer of an earlier wait', { message: undefined, timer: timer('a.1.9') }, false],
  ['nothing', { message: undefined, timer: undefined }, false],
])('carried by %s', (_name, carriers, carried) => {
  expect(isCarried('a.1.0', carriers, 8)).toBe(carried);
});

test('where consumers share a lane, the last one counts', () => {
  const state = (filter: string, settled: number) => ({ filter, settled, waiting: 0 });
  expect([...settledByLane([state('x', 5), state('y', 1), state('x', 3)])]).toEqual([
    ['x', 3],
    ['y', 1],
  ]);
});
