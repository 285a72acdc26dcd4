import { expect, test } from 'vitest';
import { agreed, parseView } from './meta-leader.ts';

const seen = (leader: string, size = 3) => ({ leader, size });

test.each([
  ['all name one', [seen('a'), seen('a'), seen('a')], 'a'],
  ['one is away, two name one', [seen('a'), undefined, seen('a')], 'a'],
  ['the one cut off still names itself', [seen('a'), seen('b'), seen('b')], 'b'],
  ['nobody knows yet', [seen(''), seen(''), seen('')], undefined],
  ['one alone is no majority', [seen('a'), undefined, undefined], undefined],
  ['not all have joined', [seen('a', 2), seen('a', 2), undefined], undefined],
])('%s', (_, views, leader) => {
  expect(agreed(views, 3)).toBe(leader);
});

test('a server in no cluster has no view', () => {
  expect(parseView({ meta_cluster: { leader: 'a', cluster_size: 3 } })).toEqual(seen('a'));
  expect(parseView({ meta_cluster: { cluster_size: 3 } })).toEqual(seen(''));
  expect(parseView({ streams: 0 })).toBeUndefined();
});
