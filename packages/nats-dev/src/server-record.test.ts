import { expect, test } from 'vitest';
import { occupancy, parseRecord } from './server-record.ts';

const record = { guardian: 10, server: 11, config: '/d/nats-server.conf' };
const processes = (commands: Record<number, string>) => (pid: number) => commands[pid];

test('a folder without a record, or with a foreign one, is free', () => {
  expect(occupancy(undefined, processes({}))).toEqual({ state: 'free' });
  expect(parseRecord('{"guardian":')).toBeUndefined();
  expect(parseRecord('{"guardian":"x","config":1}')).toBeUndefined();
  expect(parseRecord('[]')).toBeUndefined();
});

test('a record survives the way through its file', () => {
  expect(parseRecord(JSON.stringify(record))).toEqual(record);
  expect(parseRecord(JSON.stringify({ guardian: 10, config: '/d' }))).toEqual({ guardian: 10, config: '/d' });
});

test('a living guardian holds its folder', () => {
  const commands = processes({ 10: 'node main-guardian.ts /d/nats-server.conf.job' });
  expect(occupancy(record, commands)).toEqual({ state: 'in use', guardian: 10 });
});

test('a server whose guardian died is an orphan', () => {
  const commands = processes({ 11: 'nats-server -c /d/nats-server.conf' });
  expect(occupancy(record, commands)).toEqual({ state: 'orphan', server: 11 });
});

test('strangers that got the old process numbers are left alone', () => {
  const commands = processes({ 10: 'vim notes.txt', 11: 'nats-server -c /elsewhere.conf' });
  expect(occupancy(record, commands)).toEqual({ state: 'free' });
});
