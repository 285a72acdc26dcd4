import { subscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { reach } from '#crash-points';
import { CRASH_CHANNEL, crashPoints } from './crash-point.ts';
import { reach as ignored } from './ignored.ts';
import { reach as told } from './told.ts';

test('without the condition a crash point is a function that does nothing', () => {
  expect(reach).toBe(ignored);
  expect(String(ignored).replace(/\s/g, '')).toMatch(/^functionreach\(_point\)\{\}$/);
});

test('with it, whoever listens hears of the point before the process goes on', () => {
  const heard: unknown[] = [];
  subscribe(CRASH_CHANNEL, (point) => heard.push(point));
  for (const point of crashPoints) {
    told(point);
    expect(heard.at(-1)).toBe(point);
  }
});
