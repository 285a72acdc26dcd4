import { expect, test } from 'vitest';
import { WornOut } from './worn-out.ts';

test('the second thread that does not go has the process replaced, once', () => {
  const asked: string[] = [];
  const worn = new WornOut((why) => asked.push(why));
  worn.leftBehind();
  expect(asked).toEqual([]);
  worn.leftBehind();
  worn.leftBehind();
  expect(asked).toEqual(['2 threads are stuck']);
});
