import { expect, test } from 'vitest';
import { cacheFolders } from './cache-folder.ts';

const host = { env: {}, platform: 'linux', home: '/home/ada', temporary: '/tmp', user: '1000' };

test('the cache of the user comes first, a private temporary folder second', () => {
  expect(cacheFolders(host)).toEqual(['/home/ada/.cache/seedcore', '/tmp/seedcore-cache-1000']);
  expect(cacheFolders({ ...host, env: { XDG_CACHE_HOME: '/c' } })[0]).toBe('/c/seedcore');
});

test('Windows has its own place', () => {
  expect(cacheFolders({ ...host, platform: 'win32', env: { LOCALAPPDATA: 'C:\\L' } })).toEqual(['C:\\L\\seedcore']);
});
