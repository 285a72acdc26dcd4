import { endpoint, sensitive, service } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { LineLimiter } from './line-limiter.ts';
import { LogLevel } from './log-level.ts';
import { openLog } from './logger.ts';
import { sensitiveNames } from './sensitive-names.ts';

const contract = service('vault', {
  doc: 'Keeps.',
  version: '1.0.0',
  endpoints: {
    keep: endpoint({
      doc: 'Keeps a note.',
      input: z.strictObject({
        note: sensitive(z.string()),
        owner: z.strictObject({ 'pin-code': sensitive(z.string()) }),
      }),
      output: z.object({}),
    }),
  },
});

function lines(pretty = false) {
  const level = new LogLevel('info');
  const written: string[] = [];
  const log = openLog({
    level,
    pretty,
    fields: { ns: 'test', service: 'vault', instance: 'vault-1' },
    hidden: sensitiveNames(contract),
    clock: new VirtualClock(),
    to: { write: (line) => void written.push(line) },
  });
  return { log, level, written };
}

test('a line is JSON with its time, level, message and who wrote it', () => {
  const { log, written } = lines();
  log.info({ endpoint: 'keep' }, 'answered');
  log.debug('not at this level');
  expect(written.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'info',
      time: '2026-11-22T00:00:00.000Z',
      ns: 'test',
      service: 'vault',
      instance: 'vault-1',
      endpoint: 'keep',
      msg: 'answered',
    },
  ]);
});

test('sensitive fields of the contract and obvious secrets are hidden, some levels down', () => {
  expect(sensitiveNames(contract)).toEqual(['note', 'pin-code']);
  const { log, written } = lines();
  log
    .child({ token: 'canary' })
    .warn({ note: 'canary', input: { owner: { 'pin-code': 'canary', password: 'canary' } } }, 'x');
  expect(written).toHaveLength(1);
  expect(written.join('')).not.toContain('canary');
});

test('a function taken off the log still logs', () => {
  const { log, written } = lines();
  const { warn } = log.child({ part: 'door' });
  warn('open');
  expect(JSON.parse(written[0] ?? '{}')).toMatchObject({ level: 'warn', part: 'door', msg: 'open' });
});

test('on a terminal a line is for people', () => {
  const { log, written } = lines(true);
  log.info({ endpoint: 'keep' }, 'answered');
  expect(written.join('')).toMatch(/INFO.*vault: answered .*"endpoint":"keep"/);
});

test('a flood of one kind is a few lines a second and a count of the rest', () => {
  const clock = new VirtualClock();
  const limiter = new LineLimiter(clock, 2);
  expect([1, 2, 3, 4].map(() => limiter.pass('a'))).toEqual([0, 0, undefined, undefined]);
  expect(limiter.pass('b')).toBe(0);
  return clock.advance(1_000).then(() => expect(limiter.pass('a')).toBe(2));
});

test('the level changes while everything runs, for children too, and goes back to the usual one', () => {
  const { log, level, written } = lines();
  const child = log.child({ part: 'door' });
  child.debug('one');
  level.set('debug');
  expect(child.isLevelEnabled('debug')).toBe(true);
  child.debug('two');
  level.set('error');
  child.warn('three');
  level.set();
  child.info('four');
  child.debug('five');
  expect(written.map((line) => JSON.parse(line).msg)).toEqual(['two', 'four']);
});
