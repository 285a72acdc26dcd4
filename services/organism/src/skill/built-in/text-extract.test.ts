import { describe, expect, test } from 'vitest';
import { playBuiltIn } from '../../testing/play-built-in.ts';

const outputOf = async (content_type: string, content: string, want?: string[]) => {
  const end = await playBuiltIn('text_extract', { content, content_type, ...(want && { want }) });
  return end.end === 'ok' ? end.output : end;
};

describe('HTML', () => {
  const page = `<!doctype html><html><head><title> A  page </title><style>p { color: red }</style></head><body>
    <script>document.write('<p>never</p>')</script><h1>Pumps &amp; valves</h1>
    <p>See <a href="/two">the <b>second</b> page</a>, <a href="javascript:alert(1)">not this</a>.<p>Un<b>closed
    <table><tr><th>name<th>n<tr><td>a<td>1<tr><td>b<td>2</table>
    <p>Mail ann@example.org on 2026-11-22, costs 12.50.</body>`;

  test('gives what a reader sees, its links and its tables; nothing of it is run', async () => {
    expect(await outputOf('html', page)).toEqual({
      title: 'A page',
      text: [
        'Pumps & valves',
        'See the second page, not this.',
        'Unclosed',
        ...['name', 'n', 'a', '1', 'b', '2'],
        'Mail ann@example.org on 2026-11-22, costs 12.50.',
      ].join('\n'),
      links: [{ href: '/two', text: 'the second page' }],
      tables: [
        [
          ['name', 'n'],
          ['a', '1'],
          ['b', '2'],
        ],
      ],
      entities: { emails: ['ann@example.org'], urls: [], dates: ['2026-11-22'], numbers: [1, 2, 12.5] },
      words: 26,
      truncated: false,
    });
  });

  test('however broken is read to its end', async () => {
    expect(await outputOf('html', '<p>a<<<table><td>b</p></table></div><a href=x>c', ['text', 'links'])).toMatchObject({
      text: expect.stringMatching(/^a/),
      links: [{ href: 'x', text: 'c' }],
    });
    expect(await outputOf('html', `${'<div>'.repeat(20_000)}deep`, ['text'])).toEqual({
      text: 'deep',
      truncated: false,
    });
  });

  test('says when there was more', async () => {
    const output = await outputOf('html', '<a href="/x">y</a> '.repeat(1001), ['links', 'words']);
    expect(output).toMatchObject({ truncated: true, words: 1001 });
    expect(output).toHaveProperty('links.999');
    expect(output).not.toHaveProperty('links.1000');
    expect(await outputOf('plain', 'x'.repeat(1_200_000), ['words'])).toEqual({ words: 1, truncated: true });
  });
});

test('Markdown is read as the page it becomes', async () => {
  const text = '# Title *here*\n\nText with [a link](https://example.org/a).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
  expect(await outputOf('markdown', text, ['title', 'text', 'links', 'tables'])).toEqual({
    title: 'Title here',
    text: 'Title here\nText with a link.\na\nb\n1\n2',
    links: [{ href: 'https://example.org/a', text: 'a link' }],
    tables: [
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    truncated: false,
  });
});

test('CSV is a table, quotes and line breaks in it included', async () => {
  expect(await outputOf('csv', '\ufeffname,note\r\nann,"a ""b"",\nc"\r\n', ['tables'])).toEqual({
    tables: [
      [
        ['name', 'note'],
        ['ann', 'a "b",\nc'],
      ],
    ],
    truncated: false,
  });
});

test('JSON has the texts in it, and a table of its records', async () => {
  const value = { title: 'T', rows: [{ a: 1, b: 'x' }, { a: 2 }] };
  expect(await outputOf('json', JSON.stringify(value), ['title', 'text', 'tables'])).toEqual({
    title: 'T',
    text: 'T\nx\n',
    tables: [
      [
        ['a', 'b'],
        ['1', 'x'],
        ['2', ''],
      ],
    ],
    truncated: false,
  });
});

test.each([
  ['json', '{"a":'],
  ['csv', 'a,"b'],
])('what is no %s is said to be none', async (type, content) => {
  expect(await outputOf(type, content)).toMatchObject({
    end: 'failed',
    code: 'bad_content',
    data: { content_type: type },
  });
});

test('entities are told by their form, and none is guessed', async () => {
  const text =
    'See (https://example.org/a?b=1). On 2026-02-31 or 2026-02-28T10:00Z, 1.2.3 and 1e3, -4, x7, a@b, a.b@c.de!';
  expect(await outputOf('plain', text, ['entities'])).toEqual({
    entities: {
      urls: ['https://example.org/a?b=1'],
      emails: ['a.b@c.de'],
      dates: ['2026-02-28T10:00Z'],
      numbers: [1000, -4],
    },
    truncated: false,
  });
});
