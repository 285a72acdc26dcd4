import { expect, test } from 'vitest';
import { proxyFor } from './proxy.ts';

const github = new URL('https://github.com/x');

test('each scheme has its own variable, in either case', () => {
  expect(proxyFor(github, { HTTPS_PROXY: 'http://p:3128' })?.host).toBe('p:3128');
  expect(proxyFor(github, { https_proxy: 'p:3128' })?.href).toBe('http://p:3128/');
  expect(proxyFor(github, { HTTP_PROXY: 'http://p:3128' })).toBeUndefined();
  expect(proxyFor(new URL('http://a/'), { ALL_PROXY: 'http://p:1' })?.host).toBe('p:1');
});

test.each([
  ['*', true],
  ['github.com', true],
  ['.github.com', true],
  ['example.org, GitHub.com:443', true],
  ['github.com:8443', false],
  ['hub.com', false],
  ['', false],
])('NO_PROXY=%s goes direct: %s', (noProxy, direct) => {
  const proxy = proxyFor(github, { HTTPS_PROXY: 'http://p:3128', NO_PROXY: noProxy });
  expect(proxy === undefined).toBe(direct);
});
