import { expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from './read-config.ts';

const read = (env: Record<string, string>) => readConfig(z.object({}), env);
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

test('nothing is traced by default; with an address one trace in a hundred is', () => {
  const config = read({});
  expect(config).toMatchObject({ ok: true, base: { OTEL_TRACES_SAMPLER_ARG: 0.01 } });
  expect(config.ok && config.base[ENDPOINT]).toBe(undefined);
  expect(read({ [ENDPOINT]: 'http://localhost:4318' })).toMatchObject({
    base: { [ENDPOINT]: 'http://localhost:4318' },
  });
});

test('headers are pairs with commas between them, percent-encoded', () => {
  const given = 'authorization=Basic%20YTpi, x-team = mesh ,empty=';
  expect(read({ [HEADERS]: given })).toMatchObject({
    base: { [HEADERS]: { authorization: 'Basic YTpi', 'x-team': 'mesh', empty: '' } },
  });
});

test.each([
  [HEADERS, 'canary'],
  [HEADERS, 'a=1,,b=canary'],
  [HEADERS, 'a=%canary'],
  [HEADERS, 'a=1%0d%0aEvil: canary'],
  [HEADERS, 'a b=canary'],
  [ENDPOINT, 'collector:4318/canary'],
  [ENDPOINT, 'grpc://me:canary@collector:4317'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', 'some'],
])('%s refuses %s, and shows nothing that may be secret', (variable, value) => {
  const config = read({ [variable]: value });
  expect(config).toMatchObject({ ok: false, problems: [{ variable }] });
  expect(JSON.stringify(config)).not.toContain('canary');
});
