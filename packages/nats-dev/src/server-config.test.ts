import { expect, test } from 'vitest';
import { maxFileBytes, serverConfig } from './server-config.ts';

const settings = {
  host: '127.0.0.1',
  port: 4222,
  monitorPort: -1,
  storeDir: '/d/jet "s"',
  maxFileBytes: 2048,
};

test('every write is synced before it is confirmed, unless it is told otherwise', () => {
  expect(serverConfig(settings)).toContain('sync_interval: "always"');
  expect(serverConfig({ ...settings, syncInterval: '1s' })).toContain('sync_interval: "1s"');
});

test('it listens where it is told and keeps its data there', () => {
  const text = serverConfig({ ...settings, portsDir: '/d', logFile: '/d/log' });
  expect(text).toContain('listen: "127.0.0.1:4222"');
  expect(text).toContain('http: "127.0.0.1:-1"');
  expect(text).toContain('store_dir: "/d/jet \\"s\\""');
  expect(text).toContain('max_file: 2048');
  expect(text).toContain('ports_file_dir: "/d"');
  expect(text).toContain('log_file: "/d/log"');
});

test('streams take half of the free disk, 2 GiB at most', () => {
  expect(maxFileBytes(1000)).toBe(500);
  expect(maxFileBytes(1e12)).toBe(2 * 1024 ** 3);
});

test('a member of a cluster reaches the others by the given routes and tells no other address of itself', () => {
  const cluster = { serverName: 'a', routes: ['127.0.0.1:1001', '127.0.0.1:1002'], advertise: '127.0.0.1:1' };
  const text = serverConfig({ ...settings, cluster });
  expect(text).toContain('server_name: a\n');
  expect(text).toContain('routes: ["nats-route://127.0.0.1:1001", "nats-route://127.0.0.1:1002"]');
  expect(text).toContain('cluster_advertise: "127.0.0.1:1"');
  expect(serverConfig(settings)).not.toContain('cluster');
});
