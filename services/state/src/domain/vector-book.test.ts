import { expect, test } from 'vitest';
import { type Embedded, LOCAL_MODEL, markOf } from './embedded.ts';
import { VectorBook } from './vector-book.ts';

const open = (text: string) => ({ text, noExternalEgress: false });
const made = (text: string, model: string): Embedded => ({
  of: markOf(text),
  model,
  values: Float32Array.of(1, 0),
  rejected: 0,
});

function book(...texts: string[]) {
  const told: string[] = [];
  const filled = new VectorBook(100, (id, vector) => void told.push(`${id} ${vector?.model ?? 'none'}`));
  for (const text of texts) filled.tell(text, open(text));
  const wanted = (model?: string) => filled.wanted(model, 10).map(({ id }) => id);
  return Object.assign(filled, { told, ids: wanted });
}

test('a text without a vector is wanted until it has one', () => {
  const vectors = book('a', 'b');
  expect(vectors.ids()).toEqual(['a', 'b']);
  expect(vectors.wanted(undefined, 1)).toHaveLength(1);
  vectors.take({ id: 'a', rev: 1, value: made('a', 'm') });
  expect([vectors.ids(), vectors.stateOf('a'), vectors.stateOf('b')]).toEqual([['b'], 'stored', 'pending']);
  expect(vectors.wants('a', 'm')).toBeUndefined();
  expect(vectors.wants('b', 'm')?.text).toBe('b');
  expect(vectors.told.at(-1)).toBe('a m');
});

test('after a change of model everything is wanted again, also what was given up', () => {
  const vectors = book('a', 'b');
  vectors.take({ id: 'a', rev: 1, value: made('a', 'm') });
  vectors.take({ id: 'b', rev: 2, value: { of: markOf('b'), model: 'm', rejected: 3 } });
  expect([vectors.ids('m'), vectors.stateOf('b')]).toEqual([[], 'off']);
  expect(vectors.ids('n')).toEqual(['a', 'b']);
});

test('what may not leave the mesh wants the local model, whatever the others want', () => {
  const vectors = book();
  vectors.tell('a', { text: 'a', noExternalEgress: true });
  vectors.take({ id: 'a', rev: 1, value: made('a', 'elsewhere') });
  expect(vectors.ids('elsewhere')).toEqual(['a']);
  vectors.take({ id: 'a', rev: 2, value: made('a', LOCAL_MODEL) });
  expect(vectors.ids('elsewhere')).toEqual([]);
});

test('another text under the same id wants a vector of its own', () => {
  const vectors = book('a');
  vectors.take({ id: 'a', rev: 1, value: made('a', 'm') });
  vectors.tell('a', open('changed'));
  expect([vectors.ids('m'), vectors.vectorOf('a'), vectors.told.at(-1)]).toEqual([['a'], undefined, 'a none']);
});

test('a vector may come before its text; one whose text is gone is an orphan', () => {
  const vectors = book();
  vectors.take({ id: 'a', rev: 1, value: made('a', 'm') });
  expect([...vectors.orphans]).toEqual(['a']);
  vectors.tell('a', open('a'));
  expect([[...vectors.orphans], vectors.ids('m'), vectors.vectorOf('a')?.model]).toEqual([[], [], 'm']);
  vectors.tell('a', undefined);
  expect([[...vectors.orphans], vectors.ids('m')]).toEqual([['a'], []]);
  vectors.take({ id: 'a', rev: 2 });
  expect([[...vectors.orphans], [...vectors.dims]]).toEqual([[], []]);
});

test('how many vectors of which model and length there are is counted', () => {
  const vectors = book('a', 'b');
  vectors.take({ id: 'a', rev: 1, value: made('a', 'm') });
  vectors.take({ id: 'b', rev: 2, value: made('b', 'm') });
  vectors.take({ id: 'a', rev: 3, value: made('a', 'n') });
  expect([...vectors.dims]).toEqual([
    ['m', { dims: 2, n: 1 }],
    ['n', { dims: 2, n: 1 }],
  ]);
});

test('when there is no more room, vectors of what is gone make some for those of what is there', () => {
  const vectors = new VectorBook(2, () => undefined);
  for (const [i, id] of ['gone', 'left', 'a'].entries()) vectors.tell(id, open(`text ${i}`));
  vectors.take({ id: 'gone', rev: 1, value: made('text 0', 'm') });
  vectors.take({ id: 'left', rev: 2, value: made('text 1', 'm') });
  vectors.take({ id: 'a', rev: 3, value: made('text 2', 'm') });
  expect([vectors.stateOf('a'), vectors.stateOf('left')]).toEqual(['pending', 'stored']);
  vectors.tell('gone', undefined);
  vectors.take({ id: 'a', rev: 4, value: made('text 2', 'm') });
  expect([vectors.stateOf('a'), vectors.stateOf('left')]).toEqual(['stored', 'stored']);
  expect([...vectors.orphans]).toEqual([]);
  expect(vectors.dims.get('m')).toEqual({ dims: 2, n: 2 });
});
