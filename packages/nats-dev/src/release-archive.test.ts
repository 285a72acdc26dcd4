import { expect, test } from 'vitest';
import { releaseArchive } from './release-archive.ts';

test('Linux on x64 gets a tar.gz from the official releases', () => {
  expect(releaseArchive([2, 15, 1], { platform: 'linux', arch: 'x64' })).toEqual({
    file: 'nats-server-v2.15.1-linux-amd64.tar.gz',
    url: 'https://github.com/nats-io/nats-server/releases/download/v2.15.1/nats-server-v2.15.1-linux-amd64.tar.gz',
    sumsUrl: 'https://github.com/nats-io/nats-server/releases/download/v2.15.1/SHA256SUMS',
    kind: 'tar.gz',
    program: 'nats-server-v2.15.1-linux-amd64/nats-server',
  });
});

test('Windows gets a zip with an exe inside', () => {
  const archive = releaseArchive([2, 15, 1], { platform: 'win32', arch: 'arm64' }, 'http://mirror/');
  expect(archive?.url).toBe('http://mirror/v2.15.1/nats-server-v2.15.1-windows-arm64.zip');
  expect(archive?.program).toBe('nats-server-v2.15.1-windows-arm64/nats-server.exe');
});

test('a platform without a release has no archive', () => {
  expect(releaseArchive([2, 15, 1], { platform: 'sunos', arch: 'x64' })).toBeUndefined();
  expect(releaseArchive([2, 15, 1], { platform: 'linux', arch: 'mips' })).toBeUndefined();
});
