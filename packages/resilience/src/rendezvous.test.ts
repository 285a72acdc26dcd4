import { expect, test } from 'vitest';
import { rendezvous, textHash } from './rendezvous.ts';

const owners = ['a1', 'b2', 'c3', 'd4'].map((id) => ({ id, hash: textHash(id) }));
const keys = Array.from({ length: 4_000 }, (_, i) => `being-${i}`);
const ownerOf = (key: string, among: typeof owners) => among[rendezvous(key, among)]?.id;

test('keys are spread evenly', () => {
  const counts = new Map<string | undefined, number>();
  for (const key of keys) counts.set(ownerOf(key, owners), (counts.get(ownerOf(key, owners)) ?? 0) + 1);
  expect(counts.size).toBe(4);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
});

test('an owner that leaves moves only its own keys', () => {
  const rest = owners.filter(({ id }) => id !== 'b2');
  for (const key of keys) {
    const owner = ownerOf(key, owners);
    if (owner !== 'b2') expect(ownerOf(key, rest)).toBe(owner);
  }
});

test('the order in which owners are known does not matter, and nobody owns anything when there is nobody', () => {
  const backwards = owners.toReversed();
  for (const key of keys.slice(0, 200)) expect(ownerOf(key, backwards)).toBe(ownerOf(key, owners));
  expect(rendezvous('key', [])).toBe(-1);
});
