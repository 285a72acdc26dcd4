import type { VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTranscript } from './parse-transcript.ts';
import { type TraceMachine, transcript } from './transcript.ts';

/** A door that locks for 100 ms at the third wrong key in a row; it is unlocked by a timer. */
function door(clock: VirtualClock): TraceMachine {
  let wrong = 0;
  let until = 0;
  return {
    take(event, now) {
      if (event === 'ask') return now < until ? `refuse ${until - now}` : 'go';
      wrong = event === 'wrong key' ? wrong + 1 : 0;
      if (wrong < 3) return undefined;
      until = now + 100;
      clock.after(100, () => {
        wrong = 0;
      });
      return undefined;
    },
    show: () => (wrong >= 3 ? `locked   until ${until}` : `open, ${wrong} wrong`),
  };
}

test('a trace that happens as written passes', () =>
  transcript(`
    # three in a row lock, an answer in between does not
    at 0 wrong key ×2
    at 5 right key
    expect open, 0 wrong
    at 10, 20, 30 wrong key
    expect locked until 130
    at 129 ask    -> refuse 1   # spaces are for the eye
    at 130 ask -> go
    expect open, 0 wrong
  `).replay(door));

test('a trace that does not is shown with every line that differs', async () => {
  const told = transcript(
    'at 0 wrong key ×3\nexpect locked until 100\nat 99 ask -> refuse 2\nat 100 wrong key -> go\nexpect locked',
  );
  const error: unknown = await told.replay(door).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    message: [
      'the trace differs:',
      '  at 0 wrong key',
      '  at 0 wrong key',
      '  at 0 wrong key',
      '  expect locked until 100',
      '- at 99 ask -> refuse 2',
      '+ at 99 ask -> refuse 1',
      '- at 100 wrong key -> go',
      '+ at 100 wrong key -> nothing',
      '- expect locked',
      '+ expect open, 1 wrong',
    ].join('\n'),
  });
});

test('each replay has a machine and a clock of its own', async () => {
  const told = transcript('at 0 wrong key ×2\nexpect open, 2 wrong');
  await told.replay(door);
  await told.replay(door);
});

test.each([
  ['at once hard', 'line 2: "at once hard" is neither "at <ms> <event>" nor "expect <state>"'],
  ['at 400', 'line 2: "at 400" is neither'],
  ['expect', 'line 2: "expect" is neither'],
  ['at 1.2.3 hard', 'line 2: "1.2.3" are not times in ms'],
  ['at 5 hard\nat 4 hard', 'line 3: 4 is earlier than 5; time does not run backwards'],
  ['at 5, 4 hard', 'line 2: 4 is earlier than 5'],
  ['at 0 hard ×200000', 'line 2: more than 100000 steps'],
])('%j is refused', (text, message) => {
  expect(() => transcript(`\n${text}`)).toThrow(message);
});

const word = fc.stringMatching(/^[a-z][a-z0-9()]{0,8}$/);
const written = fc.record({ wait: fc.nat(1000), event: word, answer: fc.option(word, { nil: undefined }) });

test('what is written is what is read', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 20 }), (wanted) => {
      const timeOf = (i: number) => wanted.slice(0, i + 1).reduce((sum, { wait }) => sum + wait, 0);
      const steps = wanted.map(({ event, answer }, i) => ({ kind: 'event', at: timeOf(i), event, answer }));
      const lines = steps.map(({ at, event, answer }) => `at ${at} ${event}${answer ? ` -> ${answer}` : ''}`);
      expect(parseTranscript(lines.join('\n'))).toEqual(steps);
    }),
  );
});
