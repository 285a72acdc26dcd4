import { expect, test } from 'vitest';
import { type LineFilter, pickLines } from './log-lines.ts';

const line = (n: number, level = 'info', more = {}) =>
  JSON.stringify({ level, time: `2026-11-22T00:00:0${n}.000Z`, service: 'organism', msg: `line ${n}`, ...more });
const lines = [
  line(0),
  line(1, 'warn', { task_id: 't1', organ_id: 'o' }),
  line(2, 'debug'),
  line(3, 'error', { err: { message: 'boom' } }),
  line(4, 'info', { task_id: 't1', trace_id: 'abc' }),
];
const pick = (filter: Partial<LineFilter>, maxChars = 10_000) =>
  pickLines(lines, { level: 'info', limit: 100, ...filter }, maxChars);
const numbers = (filter: Partial<LineFilter>) => pick(filter).lines.map(({ message }) => message.slice(5));

test.each<[string, Partial<LineFilter>, string[]]>([
  ['newest first, from a level on', {}, ['4', '3', '1', '0']],
  ['all levels', { level: 'debug' }, ['4', '3', '2', '1', '0']],
  ['the newest of them', { limit: 2 }, ['4', '3']],
  ['since a moment', { since: '2026-11-22T01:00:03+01:00' }, ['4', '3']],
  ['of a task', { task_id: 't1' }, ['4', '1']],
  ['of an organ', { organ_id: 'o' }, ['1']],
  ['of a trace', { trace_id: 'abc' }, ['4']],
  ['with a word, also in its fields', { contains: 'boom' }, ['3']],
])('%s', (_, filter, expected) => expect(numbers(filter)).toEqual(expected));

test('what the process itself is called is left out of the fields', () => {
  expect(pick({ task_id: 't1', limit: 1 }).lines).toEqual([
    { at: '2026-11-22T00:00:04.000Z', level: 'info', message: 'line 4', fields: { task_id: 't1', trace_id: 'abc' } },
  ]);
});

test('what is too much is cut where it is oldest, and says so', () => {
  const { lines: picked, cut } = pick({}, 300);
  expect([picked.length, cut]).toEqual([2, true]);
});
