import { expect, test } from 'vitest';
import { stylesFor } from './style.ts';
import { tableLines } from './table.ts';

const columns = [{ title: 'NAME' }, { title: 'COUNT', align: 'right' as const }, { title: 'WHY', yields: 1 }];

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

test('what yields most gives way first, and never below its least width', () => {
  const two = [
    { title: 'A', yields: 1 },
    { title: 'B', yields: 2 },
  ];
  const rows = [['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb']];
  expect(tableLines({ columns: two, rows, width: 24 })[1]).toBe('aaaaaaaaaaaaaaaa  bbbbb…');
  expect(tableLines({ columns: two, rows, width: 10 })[1]).toBe('aaaaa…  bbbbb…');
});

test('colours take no room, and line breaks in a cell become spaces', () => {
  const { red } = stylesFor(true);
  const rows = [[red('bad'), '1', 'two\n lines']];
  const [, line = ''] = tableLines({ columns, rows });
  expect(line).toBe(`${red('bad')}       1  two lines`);
});
