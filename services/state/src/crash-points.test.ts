import { delay } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { bed, replica } from './testing/started-state.ts';

const KV_ITEMS = 18;
const EPISODES = 2;
const items = Array.from({ length: KV_ITEMS + EPISODES }, (_, i) => ({
  ...{ text: `note ${i}`, write_key: `w-${i}`, salience: i % 3 === 0 ? 0.9 : 0.2 },
  kind: i < KV_ITEMS ? 'observation' : 'episode',
}));

/** Most writes one call makes, with room to spare. */
const MOST_WRITES = 10;
const crashes = Array.from({ length: MOST_WRITES }, (_, n) =>
  (['die', 'die_after'] as const).map((fate) => ({ n, fate })),
).flat();

/** Stores twenty memories through a replica that dies at its write `n`; tells whether it came to that. */
async function crashed({ n, fate }: (typeof crashes)[number]) {
  const on = bed();
  const mortal = await replica(on, 10);
  let writes = 0;
  mortal.store.broker.fates = (what, subject) => {
    const isMemory = what === 'write' && /\.(m|fb|episode)\.a1\./.test(subject);
    return isMemory && writes++ === n ? fate : 'pass';
  };
  const asked = mortal.store_memory({ agent_id: 'a1', items });
  // A process that died answers nobody.
  await Promise.race([asked, settled(on)]);
  const died = mortal.store.broker.dead;
  return { on, died, other: await replica(on, 11) };
}

async function settled({ clock }: ReturnType<typeof bed>): Promise<void> {
  const passed = delay(clock, 1000);
  await clock.advance(1000);
  await passed;
}

async function kept(other: Awaited<ReturnType<typeof replica>>) {
  const reply = await other.retrieve_memory({ agent_id: 'a1', limit: 100 });
  if (!reply.ok) throw new Error('not read');
  const { items: found } = reply.value;
  return { kv: found.filter(({ kind }) => kind !== 'episode').length, texts: found.map(({ text }) => text).sort() };
}

test.each(crashes)(
  'state.A12: a replica that would $fate at its write $n of store_memory leaves all of the bucket or nothing, and a repeat leaves 20',
  async (crash) => {
    const { other } = await crashed(crash);
    expect([0, KV_ITEMS]).toContain((await kept(other)).kv);
    const first = await other.store_memory({ agent_id: 'a1', items });
    expect(first).toMatchObject({ ok: true });
    expect((await kept(other)).texts).toEqual(items.map(({ text }) => text).sort());
    expect(await other.store_memory({ agent_id: 'a1', items })).toEqual(first);
    expect((await kept(other)).texts).toHaveLength(items.length);
  },
);

test('state.A12: the sweep meets every write of the call: one commit and two episodes', async () => {
  const ends = await Promise.all(crashes.map(crashed));
  expect(ends.filter(({ died }) => died)).toHaveLength(2 * (1 + EPISODES));
});
