import { expect, test } from 'vitest';
import { stylesFor } from './style.ts';
import { tableLines } from './table.ts';

const columns = [{ title: 'NAME' }, { title: 'COUNT', align: 'right' as const }, { title: 'WHY', yields: true }];

test('columns are as wide as what they hold', () => {
  const rows = [
    ['ml', '7', 'because'],
    ['coordinator', '12345', ''],
  ];
  expect(tableLines({ columns, rows })).toEqual([
    'NAME         COUNT  WHY',
    'ml               7  because',
    'coordinator  12345',
  ]);
});

test('a table that is too wide cuts the columns that yield', () => {
  const rows = [['ml', '7', 'a long explanation that does not fit']];
  const lines = tableLines({ columns, rows, width: 30 });
  expect(lines[1]).toBe('ml        7  a long explanati…');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
});

test('the widest of those that yield are cut, and never below the least width', () => {
  const two = [
    { title: 'A', yields: true },
    { title: 'B', yields: true },
  ];
  const rows = [['aaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbb']];
  expect(tableLines({ columns: two, rows, width: 24 })[1]).toBe('aaaaaaaaaa  bbbbbbbbbbb…');
  expect(tableLines({ columns: two, rows, width: 18 })[1]).toBe('aaaaaaa…  bbbbbbb…');
  expect(tableLines({ columns: two, rows, width: 3 })[1]).toBe('aaaaa…  bbbbb…');
});

test('colours take no room, and line breaks in a cell become spaces', () => {
  const { red } = stylesFor(true);
  const rows = [[red('bad'), '1', 'two\n lines']];
  const [, line = ''] = tableLines({ columns, rows });
  expect(line).toBe(`${red('bad')}       1  two lines`);
});
