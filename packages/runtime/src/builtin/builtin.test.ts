import { endpoint, event, service } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';
import { helpText } from './help.ts';
import { schemaOf } from './schema.ts';

const energy = service('energy', {
  doc: 'Accounts for what is spent.',
  version: '1.0.0',
  endpoints: {
    balance: endpoint({
      doc: 'Current value of every term.',
      input: z.strictObject({ scope: z.string().meta({ example: "the organism's" }) }),
      output: z.object({}),
      idempotent: true,
      deadlineMs: 500,
    }),
    settleUp: endpoint({ doc: 'Takes long.', input: z.strictObject({}), output: z.object({}), deadlineMs: 20_500 }),
  },
  events: {
    alertRaised: event({ doc: 'Something is wrong.', data: z.object({ id: z.string() }), kind: 'durable', key: 'id' }),
    seen: event({ doc: 'Somebody looked.', data: z.object({}), kind: 'lossy' }),
  },
});

test('help shows every endpoint with a command for any shell', () => {
  expect(helpText(energy, 'seedcore-dev')).toBe(
    [
      'energy 1.0.0 (seedcore-dev): Accounts for what is spent.',
      '  balance  Current value of every term. [idempotent, 500 ms]',
      `    nats req seedcore-dev.svc.energy.balance '{"scope":"the organism\\u0027s"}'`,
      '  settle_up  Takes long. [20500 ms]',
      `    nats req seedcore-dev.svc.energy.settle_up '' --timeout 21s`,
      'every service answers: help, schema, health, info',
      `    nats req seedcore-dev.svc.energy.health ''`,
      `events: nats sub 'seedcore-dev.evt.energy.>'`,
      '  alert_raised  Something is wrong. [durable]',
      '  seen  Somebody looked. [lossy]',
      '',
    ].join('\n'),
  );
});

test('schema gives subjects and JSON Schema, of one endpoint when named', () => {
  const whole = schemaOf(energy, 'dev');
  expect(Object.keys(whole)).toEqual(['service', 'version', 'contract', 'endpoints', 'events']);
  expect(whole.endpoints['balance']).toMatchObject({
    subject: 'dev.svc.energy.balance',
    idempotent: true,
    deadline_ms: 500,
  });
  expect(whole.events['alert_raised']).toMatchObject({
    subject: 'dev.evt.energy.alert_raised.<id>',
    kind: 'durable',
  });
  expect(Object.keys(whole.events['seen'] ?? {})).toEqual(['doc', 'subject', 'kind', 'data']);
  expect(Object.keys(schemaOf(energy, 'dev', 'settle_up').endpoints)).toEqual(['settle_up']);
});

test('schema of a misspelt endpoint names the one that was meant', () => {
  expect(() => schemaOf(energy, 'dev', 'balanse')).toThrow('did you mean "balance"?');
});

test('the built-ins answer over the wire, and refuse what they do not know', async () => {
  const clock = new VirtualClock();
  const sample = startService(sampleService(clock).implementation, { clock });
  expect((await sample.request('help')).headers.get('Content-Type')).toBe('text/plain');
  expect((await sample.request('health')).json).toMatchObject({ live: true, state: 'ready' });
  expect((await sample.request('schema', '{"endpoint":"echo"}')).json).toMatchObject({ service: 'sample' });
  expect((await sample.request('info')).json).toMatchObject({ service: 'sample', ns: 'test' });
  expect((await sample.request('health', '{"verbose":true}')).json).toMatchObject({
    error: { code: 'bad_request', details: { field: '/verbose' } },
  });
});

test('health and info say what they say in the documented order, on one line', async () => {
  const clock = new VirtualClock();
  const sample = startService(sampleService(clock).implementation, { clock });
  const keysOf = async (name: string) => {
    const { text } = await sample.request(name);
    expect(text).not.toContain('\n');
    return Object.keys(JSON.parse(text)).join(' ');
  };
  expect(await keysOf('health')).toBe('live ready degraded state missing degraded_by brownout loop_delay_ms');
  expect(await keysOf('info')).toBe(
    'service version instance ns state started uptime_ms node pid host contract server codecs limits resources',
  );
});
