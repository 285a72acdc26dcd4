import { expect, test } from 'vitest';
import { judgeArchive, listedHash } from './checksums.ts';

const good = 'a'.repeat(64);
const other = 'b'.repeat(64);
const sums = `${other}  nats-server.zip\n${good.toUpperCase()} *nats-server.tar.gz\n`;
const seen = { file: 'nats-server.tar.gz', sha256: good, sums, pinned: undefined };

test('the hash of a file is found in either form of the list', () => {
  expect(listedHash(sums, 'nats-server.tar.gz')).toBe(good);
  expect(listedHash(sums, 'nats-server.zip')).toBe(other);
  expect(listedHash('not-a-hash  nats-server.zip', 'nats-server.zip')).toBeUndefined();
});

test('without a pinned hash the list alone vouches, and that is said', () => {
  expect(judgeArchive(seen)).toEqual({
    ok: true,
    checkedAgainst: 'SHA256SUMS alone (no pinned hash for this version)',
  });
});

test('a pinned hash that agrees is named too', () => {
  expect(judgeArchive({ ...seen, pinned: good })).toEqual({
    ok: true,
    checkedAgainst: 'SHA256SUMS and the pinned hash',
  });
});

test.each([
  ['a changed archive', { ...seen, sha256: other }],
  ['a list without the file', { ...seen, file: 'absent.tar.gz' }],
  ['a pinned hash that differs from an agreeing list', { ...seen, pinned: other }],
])('%s is refused', (_, evidence) => {
  expect(judgeArchive(evidence).ok).toBe(false);
});
