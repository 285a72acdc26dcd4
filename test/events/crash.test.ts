import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { post } from './post.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';

let office: PostOffice;

beforeAll(async () => {
  office = await openPostOffice();
});
afterAll(() => office?.stop());

const sent = (letter: string) => office.mesh.publish(post, 'letter_sent', { letter }, { id: letter });
const tellings = (letter: string) => office.told().filter((one) => one.letter === letter);
/** One request to the broker, with patience for a busy machine. */
const asked = (subject: string, body = '') => office.mesh.nats().request(subject, body, { timeout: 30_000 });
/** Messages of each subject of the ledger. */
async function ledger(): Promise<Record<string, number>> {
  const info = await asked('$JS.API.STREAM.INFO.SC_post_LEDGER', '{"subjects_filter":">"}');
  return info.json<{ state: { subjects: Record<string, number> } }>().state.subjects;
}
function unread(letters: readonly string[]): readonly string[] {
  const read = new Set(office.told().map(({ letter }) => letter));
  return letters.filter((letter) => !read.has(letter));
}
const up = () => until('the connection to be back', () => office.mesh.state === 'up' || undefined);

test('a service whose durable events have no place says so and does not start', async () => {
  const program = office.start('homeless', { POST_KEEPS: 'no' });
  expect(await program.ended()).not.toBe(0);
  expect(program.output).toContain('letter_sent is durable, so start() must call');
});

test('mesh.A19: an event whose reader is killed while it reads goes to another one', async () => {
  const killed = office.start('killed', { POST_READING: 'hangs' });
  await killed.printed(/"msg":"ready"/);
  await sent('held');
  await until('it to be taken', () => tellings('held').length === 1 || undefined);
  await killed.stop('SIGKILL');
  const heir = office.start('heir');
  await heir.printed(/"msg":"ready"/);
  await sent('fresh');
  await until('the next event', () => tellings('fresh').length === 1 || undefined);
  await until('the event of the dead', () => tellings('held').length === 2 || undefined);
  expect(tellings('held')).toMatchObject([
    { instance: 'killed', delivery: 1 },
    { instance: 'heir', delivery: 2 },
  ]);
  expect(await heir.stop()).toBe(0);
  expect(await office.events.dead()).toEqual([]);
});

test('mesh.A19: what was kept outlives a kill of the broker, before anybody could read it', async () => {
  const letters = Array.from({ length: 50 }, (_, i) => `early-${i}`);
  await Promise.all(letters.map(sent));
  await office.server.kill();
  await until('the mesh to notice', () => office.mesh.state === 'down' || undefined);
  await expect(sent('refused')).rejects.toMatchObject({ code: 'not_connected' });
  await office.server.restart();
  await up();
  const reader = office.start('late');
  await until('all of them', () => unread(letters).length === 0 || undefined);
  expect(unread(['refused'])).toEqual(['refused']);
  expect(await reader.stop()).toBe(0);
});

test('an event that was on its way when the broker was killed is kept once, or its sender knows', async () => {
  const reader = office.start('steady');
  await reader.printed(/"msg":"ready"/);
  const certain: string[] = [];
  const unsure: string[] = [];
  let killing = true;
  const sending = async () => {
    for (let i = 0; killing; i++) {
      const letter = `storm-${i}`;
      await sent(letter).then(
        () => certain.push(letter),
        (error: unknown) => {
          if (!(error instanceof MeshError)) throw error;
          unsure.push(letter);
        },
      );
      if (office.mesh.state !== 'up') await up();
    }
  };
  const storm = async () => {
    for (let i = 0; i < 3; i++) {
      await until('traffic', () => certain.length > (i + 1) * 20 || undefined);
      await office.server.kill();
      await office.server.restart();
      await up();
    }
    killing = false;
  };
  await Promise.all([sending(), storm()]);
  for (const letter of unsure) await sent(letter); // under its id: whatever came of it before, it is one event now
  const all = [...certain, ...unsure];
  await until('every one to be read', () => unread(all).length === 0 || undefined, 60_000).catch(() => undefined);
  expect(unread(all), reader.output.slice(-2000)).toEqual([]);
  expect(await reader.stop()).toBe(0);
  expect(new Set(Object.values(await ledger()))).toEqual(new Set([1]));
  expect(await office.events.dead()).toEqual([]);
});

test('what no delivery helps is a dead letter after five, and says what failed', async () => {
  const seen: { at: number; deliveries: number }[] = [];
  const reader = office.mesh.subscribe(
    post,
    'letter_sent',
    ({ letter }, { deliveries }) => {
      if (letter !== 'poison') return;
      seen.push({ at: performance.now(), deliveries });
      throw new Error('the ink is poisoned');
    },
    { group: 'tasters' },
  );
  await sent('poison');
  const [letter] = await until('the letter', async () => {
    const letters = await office.events.dead({ source: 'post', kind: 'letter_sent' });
    return letters.length > 0 ? letters : undefined;
  });
  expect(letter).toMatchObject({
    event: 'post.letter_sent',
    id: 'poison',
    key: 'poison',
    group: 'tasters',
    instance: 'office',
    reason: 'handler_failed',
    error: { message: 'the ink is poisoned' },
    deliveries: 5,
    subject: 'post.log.evt.post.letter_sent.poison',
    data: { letter: 'poison' },
  });
  expect(seen.map(({ deliveries }) => deliveries)).toEqual([1, 2, 3, 4, 5]);
  for (const [i, { at }] of seen.slice(1).entries()) expect(at - (seen[i]?.at ?? 0)).toBeGreaterThanOrEqual(195);
  const raw = await asked('$JS.API.DIRECT.GET.SC_post_DLQ.post.dlq.evt.post.letter_sent.tasters.poison');
  expect(raw.json()).toEqual(letter);
  await reader.drain();
  // The end of a delivery is told without a confirmation, and nobody waits for it.
  await until('nothing to be on its way any more', async () => {
    const info = await asked('$JS.API.CONSUMER.INFO.SC_post_LEDGER.evt-post-letter_sent-tasters');
    return info.json<{ num_ack_pending: number }>().num_ack_pending === 0 || undefined;
  });
});
