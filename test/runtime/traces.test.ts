import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { Program, root, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { type Gathered, startTraceCollector, type TraceCollector } from '../support/trace-collector.ts';
import { until } from '../support/until.ts';

const NS = 'tracing';
const CANARY = 'canary-5d10';
const NAMES = ['first', 'second', 'third'];
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

let server: RunningServer;
let collector: TraceCollector;
let links: Program[] = [];
/** Where the first one shows its metrics. */
let metricsPort: number;

beforeAll(async () => {
  [server, collector] = await Promise.all([startBroker(), startTraceCollector()]);
  metricsPort = await freePort();
  const ports = [metricsPort, 0, 0];
  links = NAMES.map((name, i) => startLink(name, NAMES[i + 1], ports[i]));
  await Promise.all(links.map((program) => program.printed(/"msg":"ready"/)));
});

afterAll(async () => {
  await Promise.all(links.map((program) => program.stop()));
  await collector?.stop();
  await server?.stop();
});

function startLink(name: string, next: string | undefined, port = 0): Program {
  const env = {
    NATS_URL: server.url,
    SEEDCORE_NS: NS,
    LOG_PRETTY: 'false',
    LINK: name,
    METRICS_PORT: String(port),
    ...(next === undefined ? {} : { LINK_NEXT: next }),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${CANARY}`,
    OTEL_TRACES_SAMPLER_ARG: '1',
  };
  return new Program(process.execPath, [`${root}test/runtime/main-link.ts`], { env });
}

/** What a person types, with a header by hand. */
async function ask(name: string, { flags = '01', trace = TRACE } = {}): Promise<string> {
  const cli = process.env['SEEDCORE_NATS_CLI'] ?? 'nats';
  const header = `traceparent:00-${trace}-${PARENT}-${flags}`;
  const asking = ['req', `${NS}.svc.${name}.go`, '{"note":"hello"}', '-H', header, '--raw', '--timeout', '30s'];
  const { code, stdout, stderr } = await run(cli, ['--server', server.url, ...asking]);
  if (code !== 0) throw new Error(`nats req: ${stderr}`);
  return stdout.trim();
}

const gathered = (count: number): Promise<Gathered[]> =>
  until(`${count} spans`, () => (collector.spans.length >= count ? collector.spans.splice(0) : undefined));

/** `service name` of a span and of everything it is part of, innermost first. */
function ancestry(spans: readonly Gathered[], span: Gathered | undefined): string[] {
  if (span === undefined) return [];
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [`${span.service}: ${span.name}`, ...ancestry(spans, parent)];
}

test('a chain of three services is one trace below the header of a plain `nats req`', async () => {
  expect(JSON.parse(await ask('first'))).toEqual({ passed: 3 });
  const all = await gathered(10);
  expect(collector.problems).toEqual([]);
  const spans = all.filter(({ traceId }) => traceId === TRACE);
  const innermost = spans.find(({ service, kind }) => service === 'third' && kind === 2);
  expect(ancestry(spans, innermost)).toEqual([
    'third: serve third.go',
    'second: attempt',
    'second: call third.go',
    'second: serve second.go',
    'first: attempt',
    'first: call second.go',
    'first: serve first.go',
  ]);
  expect(spans).toHaveLength(7);
  expect(spans.find(({ name }) => name === 'serve first.go')?.parentSpanId).toBe(PARENT);
  const published = all.filter(({ name }) => name.startsWith('publish ')).map(({ service }) => service);
  expect(published.sort()).toEqual(NAMES);
  for (const { path, headers } of collector.asked)
    expect([path, headers['content-type'], headers.authorization]).toEqual([
      '/v1/traces',
      'application/json',
      `Bearer ${CANARY}`,
    ]);
});

test('a trace whose caller does not record it is not recorded', async () => {
  await ask('third', { flags: '00' });
  await ask('third');
  const all = await gathered(3);
  expect(all.filter(({ name }) => name === 'serve third.go')).toHaveLength(1);
});

test('a collector that takes nothing disturbs no call, and is told of once, without a secret', async () => {
  collector.status = 401;
  const [first] = links;
  expect(JSON.parse(await ask('first'))).toEqual({ passed: 3 });
  await first?.printed(/the trace collector takes no spans/);
  expect(JSON.parse(await ask('first'))).toEqual({ passed: 3 });
  collector.status = 200;
  await until('the collector to be back', async () => {
    await ask('first');
    return first?.output.includes('takes spans again') || undefined;
  });
  expect(first?.output.match(/takes no spans/g)).toHaveLength(1);
  expect(first?.output).toMatch(/"code":401/);
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(metrics).toMatch(/^seedcore_spans_dropped_total\{reason="not_sent"\} [1-9]\d*$/m);
  for (const { output } of links) expect(output).not.toContain(CANARY);
});

test('what was recorded last is sent before a process ends', async () => {
  const last = links[2];
  const trace = 'e'.repeat(32);
  await ask('third', { trace });
  expect(await last?.stop()).toBe(0);
  expect(collector.spans.filter(({ traceId }) => traceId === trace)).toHaveLength(1);
  expect(collector.problems).toEqual([]);
});
