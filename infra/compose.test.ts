import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recommendedVersion } from '../packages/nats-dev/src/version.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const compose = read('infra/compose.yaml');
const dockerfile = read('infra/Dockerfile');
const services = readdirSync(new URL('../services', import.meta.url)).sort();

/** What stands, indented deeper, below a line of compose.yaml. */
function below(line: string): string {
  const lines = compose.split('\n');
  const indent = line.search(/\S/);
  const rest = lines.slice(lines.indexOf(line) + 1);
  const end = rest.findIndex((one) => one.trim() !== '' && one.search(/\S/) <= indent);
  return rest.slice(0, end < 0 ? rest.length : end).join('\n');
}

describe('compose.yaml', () => {
  test('has a container for every service, built from its own main.ts', () => {
    expect([...compose.matchAll(/^ {2}(\w+):\n {4}<<: \*service$/gm)].map(([, name]) => name).sort()).toEqual(services);
    for (const name of services) expect(below(`  ${name}:`)).toContain(`args: { SERVICE: ${name} }`);
  });

  test('no container may write to its root, hold a capability, gain one, or fill the disk with its log', () => {
    const container = below('x-container: &container');
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', 'pids_limit:', 'max-size: 10m'])
      expect(container).toContain(line);
    expect(below('x-service: &service')).toContain('<<: *container');
    expect(below('  nats:')).toContain('<<: *container');
  });

  test('memory is limited, and a service has longer to end than it takes to give up', () => {
    const service = below('x-service: &service');
    expect(service).toContain('mem_limit:');
    expect(below('  nats:')).toContain('mem_limit:');
    expect(Number(service.match(/stop_grace_period: (\d+)s/)?.[1])).toBeGreaterThan(30);
  });

  test('the broker alone is published, on loopback, and keeps its data in a volume', () => {
    expect(compose.match(/ports:.*/g)).toHaveLength(1);
    expect(below('  nats:')).toMatch(/ports: \["127\.0\.0\.1:[^:]+:-4222\}:4222"\]/);
    expect(below('  nats:')).toContain('volumes: ["nats-data:/data"]');
    expect(compose).toMatch(/^volumes:\n {2}nats-data:$/m);
  });

  test('services start once the broker is healthy', () => {
    expect(below('x-service: &service')).toContain('nats: { condition: service_healthy }');
    expect(below('  nats:')).toContain('http://127.0.0.1:8222/healthz');
  });
});

describe('Dockerfile', () => {
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);

  test('its bases are the versions the repository pins', () => {
    const node = JSON.parse(read('package.json')).devDependencies.node.split('.')[0];
    const nats = recommendedVersion.slice(0, 2).join('.');
    const bases = stages.map((stage) => stage.match(/^FROM (\S+)/)?.[1]);
    expect(bases).toEqual([`nats:${nats}-alpine`, `node:${node}-bookworm-slim`, `node:${node}-bookworm-slim`]);
  });

  test('what runs, runs as a user of no rights', () => {
    for (const stage of stages.filter((one) => !one.includes('AS manifests')))
      expect(stage).toContain('USER 1000:1000');
  });

  test('the name of the service comes after every layer, so that the images share them', () => {
    const [before = '', after = ''] = dockerfile.split(/^ARG SERVICE$/m);
    expect(before).toContain('npm ci --omit=dev');
    expect(after).not.toMatch(/^(COPY|RUN|ADD) /m);
  });

  test('the build sends what it copies and nothing else', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored.filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('*');
    const sent = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
    for (const path of copied) expect(sent.some((one) => path === one || path.startsWith(`${one}/`))).toBe(true);
  });
});

test('the broker confirms nothing that is not on disk, and shows its monitoring to nobody outside', () => {
  const lines = read('infra/nats/nats-server.conf')
    .split('\n')
    .map((line) => line.trim());
  expect(lines).toEqual(expect.arrayContaining(['sync_interval: always', 'http: 127.0.0.1:8222', 'store_dir: /data']));
});
