import { expect, test } from 'vitest';
import { choosePort, type PortProbe } from './choose-port.ts';

const taken = (holders: Record<number, 'nats' | 'other'>): PortProbe => ({
  isFree: async (port) => !(port in holders),
  holder: async (port) => holders[port] ?? 'other',
});

test('a free port is taken', async () => {
  expect(await choosePort({ port: 4222, strict: false }, taken({}))).toBe(4222);
});

test('when something else has it, the next free one is taken', async () => {
  expect(await choosePort({ port: 4222, strict: false }, taken({ 4222: 'other', 4223: 'nats' }))).toBe(4224);
});

test('a NATS server on the port is an error that says how to use or stop it', async () => {
  const choice = choosePort({ port: 4222, strict: false }, taken({ 4222: 'nats' }));
  await expect(choice).rejects.toThrow(/taken by a NATS server; use it with NATS_URL=nats:\/\/127.0.0.1:4222/);
});

test('a port somebody asked for is not replaced', async () => {
  const choice = choosePort({ port: 4300, strict: true }, taken({ 4300: 'other' }));
  await expect(choice).rejects.toThrow('port 4300 is taken by something that is not a NATS server');
});
