import { expect, test } from 'vitest';
import { ballastAction } from './ballast-action.ts';

const NOW = 10_000_000;
const GIB = 1024 ** 3;
const limited = (share: number) => ({ usedBytes: share * GIB, limitBytes: GIB });
const unlimited = (usedBytes: number) => ({ usedBytes, limitBytes: undefined });
const freed = (atMs: number, fullAtBytes?: number) => ({ state: 'freed', atMs, fullAtBytes }) as const;

test.each([
  ['filled at first', limited(0.1), { state: 'none' }, 'fill'],
  ['not filled when there is little room', limited(0.74), { state: 'none' }, 'keep'],
  ['kept', limited(0.969), { state: 'held' }, 'keep'],
  ['given up above 97 %', limited(0.971), { state: 'held' }, 'free'],
  ['not filled before there is room', limited(0.74), freed(0), 'keep'],
  ['filled again below 75 %, counting itself', limited(0.72), freed(NOW), 'fill'],
  ['filled at first where there is no limit', unlimited(5 * GIB), { state: 'none' }, 'fill'],
  ['kept where there is no limit', unlimited(5 * GIB), { state: 'held' }, 'keep'],
  ['not filled near what was stored when it was full', unlimited(0.8 * GIB), freed(NOW, GIB), 'keep'],
  ['filled again far below what was stored when it was full', unlimited(0.6 * GIB), freed(NOW, GIB), 'fill'],
  ['tried again after ten minutes', unlimited(GIB), freed(NOW - 600_001, GIB), 'fill'],
  ['tried again when nothing is known about it', unlimited(GIB), freed(0), 'fill'],
] as const)('%s', (_name, use, ballast, action) => {
  expect(ballastAction(use, ballast, NOW)).toBe(action);
});
