import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { type Asked, type ReplicaBus, ReplicaDesk, type ToldBy } from './replica-desk.ts';

const clock = new VirtualClock();

/** Everybody hears everybody, this moment. */
function room() {
  const asked: ((asked: Asked) => void)[] = [];
  const told: ((told: ToldBy) => void)[] = [];
  const bus: ReplicaBus = {
    ask: (one) => {
      for (const listener of asked) listener(one);
    },
    tell: (one) => {
      for (const listener of told) listener(one);
    },
    onAsked: (listener) => asked.push(listener),
    onTold: (listener) => told.push(listener),
  };
  const warned: string[] = [];
  const desk = (me: string, others: string[]) =>
    new ReplicaDesk({
      me,
      bus,
      others: () => others,
      clock,
      random: new SeededRandom(7),
      warn: (message) => warned.push(message),
    });
  return { desk, warned, bus };
}

test('everybody else is asked, and ends the question by answering', async () => {
  const { desk } = room();
  const [one, two, three] = [desk('one', ['two', 'three']), desk('two', []), desk('three', [])];
  let asked = 0;
  for (const desk of [one, two, three])
    desk.serve({
      refresh_routing: async () => {
        asked += 1;
        return {};
      },
    });
  const told = await one.ask('refresh_routing', {}, 1000);
  expect(told.answers.map(({ instance }) => instance)).toEqual(['two', 'three']);
  expect([told.missing, asked]).toEqual([[], 2]);
});

test('who is silent, who cannot, and who says what nobody understands are missing when the time is up', async () => {
  const { desk, warned } = room();
  const one = desk('one', ['two', 'silent', 'odd']);
  desk('two', []).serve({ refresh_routing: () => Promise.reject(new Error('away')) });
  desk('odd', []).serve({ refresh_routing: async () => 7 as never });
  const asking = one.ask('refresh_routing', {}, 1000);
  await clock.advance(1000);
  expect(await asking).toEqual({ answers: [], missing: ['two', 'silent', 'odd'] });
  expect(warned).toEqual(['asked for refresh_routing, and could not']);
});

test('a question of a newer replica is left to those who understand it', async () => {
  const { desk, bus, warned } = room();
  desk('one', []).serve({ refresh_routing: async () => ({}) });
  const told: ToldBy[] = [];
  bus.onTold((one) => told.push(one));
  bus.ask({ ask_id: 'x', by: 'two', part: 'constructor', left_ms: 100, input: {} });
  await clock.advance(0);
  expect([told, warned]).toEqual([[], []]);
});

test('alone there is nobody to wait for', async () => {
  expect(await room().desk('one', []).ask('refresh_routing', {}, 1000)).toEqual({ answers: [], missing: [] });
});
