import { describe, expect, test } from 'vitest';
import { AGENT, keeperMesh } from '../testing/keeper-mesh.ts';

describe('replicas that keep agents', () => {
  test('racing to start, each agent has one host', async () => {
    const { records, replica } = keeperMesh();
    const replicas = ['h1', 'h2', 'h3'].map(replica);
    await Promise.all(replicas.map(({ keeper }) => keeper.initialize()));
    const hosts = [...records.agents.keys()].map((id) => replicas.filter(({ hosted }) => hosted.has(id)).length);
    expect(hosts).toEqual([1, 1, 1]);
    expect(replicas.every(({ keeper }) => keeper.initialized)).toBe(true);
  });

  test('an agent that was let go is taken at once, under a newer epoch', async () => {
    const { replica, look } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    const before = Math.max(...first.hosted.values());
    await first.keeper.release();
    expect(first.hosted.size).toBe(0);
    await look(second.keeper);
    expect(second.hosted.size).toBe(3);
    expect(Math.min(...second.hosted.values())).toBeGreaterThan(before);
  });

  test('a host that let its agents go may fall silent: nobody speaks of it', async () => {
    const { replica, look, looking, alive, clock } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await look(second.keeper);
    second.roster.heard('h1', [], clock.now());
    await first.keeper.release();
    alive.delete('h1');
    await looking(second.keeper, 30_000);
    expect([second.hosted.size, second.told]).toEqual([3, []]);
  });

  test('a host that is silent and answers no ping loses its agents', async () => {
    const { replica, looking, alive, clock } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    second.roster.heard('h1', [], clock.now());
    alive.delete('h1');
    await looking(second.keeper, 8000);
    expect(second.hosted.size).toBe(0);
    await looking(second.keeper, 6000);
    expect(second.hosted.size).toBe(3);
    expect(second.told.map(({ state }) => state)).toEqual(['slow', 'suspect', 'dead']);
    expect(second.gone).toContain('utility_organ_1_agent_0 of h1');
  });

  test('a host that is silent but answers keeps its agents', async () => {
    const { replica, looking } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    await looking(second.keeper, 60_000);
    expect(second.hosted.size).toBe(0);
    expect(first.hosted.size).toBe(3);
  });

  test('nobody is judged just after the connection came back', async () => {
    const { replica, look, alive, clock } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    alive.delete('h1');
    await clock.advance(60_000);
    second.keeper.reconnected();
    await look(second.keeper);
    expect(second.hosted.size).toBe(0);
  });

  test('nobody is judged by a process that has stood still itself', async () => {
    const { replica, look, alive, clock } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await look(second.keeper);
    second.roster.heard('h1', [], clock.now());
    alive.delete('h1');
    await clock.advance(20_000);
    await look(second.keeper);
    expect([second.hosted.size, second.told]).toEqual([0, []]);
  });

  test('a host that lost an agent lets it go', async () => {
    const { replica, look, alive, clock } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    alive.delete('h1');
    await clock.advance(60_000);
    await look(second.keeper);
    await look(first.keeper);
    expect(first.hosted.size).toBe(0);
    expect(second.hosted.size).toBe(3);
  });

  test('an agent in our name from before a restart is ours under a new epoch', async () => {
    const { replica, look } = keeperMesh();
    const first = replica('h1');
    await first.keeper.initialize();
    const epochs = [...first.hosted.values()];
    first.hosted.clear();
    await look(first.keeper);
    expect(first.hosted.size).toBe(3);
    expect(Math.min(...first.hosted.values())).toBeGreaterThan(Math.max(...epochs));
  });

  const given = (host: string) => ({ ...AGENT, host, presence: 'starting' as const });

  test('an agent that was given to us is taken as soon as we hear of it', async () => {
    const { records, replica } = keeperMesh();
    const [first, second] = [replica('h1'), replica('h2')];
    const { epoch } = records.write(given('h2'));
    await first.keeper.noticed('scout');
    await second.keeper.noticed('scout');
    expect([first.hosted.size, second.hosted.size]).toEqual([0, 1]);
    expect(second.hosted.get('scout')).toBeGreaterThan(epoch);
    expect(records.agents.get('scout')).toMatchObject({ holding: { presence: 'ready', host: 'h2' } });
  });

  test('hearing twice of it begins it once', async () => {
    const { records, replica } = keeperMesh();
    const one = replica('h1');
    records.write(given('h1'));
    await Promise.all([one.keeper.noticed('scout'), one.keeper.noticed('scout'), one.keeper.look()]);
    expect(one.hosted.get('scout')).toBe(102);
  });

  test('an agent its host does not begin is taken by another after 15 s', async () => {
    const { records, replica, look, clock } = keeperMesh();
    const one = replica('h1');
    records.write(given('h2'));
    for (let beats = 0; beats < 6; beats++) {
      one.roster.heard('h2', [], clock.now());
      await look(one.keeper);
    }
    expect(one.hosted.size).toBe(0);
    one.roster.heard('h2', [], clock.now());
    await clock.advance(1000);
    await look(one.keeper);
    expect(one.hosted.size).toBe(1);
  });

  test('an agent given to us anew is not begun while its run goes on here', async () => {
    const { records, replica, look } = keeperMesh();
    const one = replica('h1');
    one.hosted.set('scout', 1);
    one.busy.add('scout');
    records.write(given('h1'));
    await look(one.keeper);
    expect(one.hosted.get('scout')).toBe(1);
    one.busy.clear();
    await look(one.keeper);
    expect(one.hosted.get('scout')).toBeGreaterThan(1);
  });

  test('of many who create one name at once, in one process too, one has created it', async () => {
    const { replica } = keeperMesh();
    const replicas = ['h1', 'h2'].map(replica);
    const made = await Promise.all(
      replicas.flatMap(({ keeper }, i) =>
        Array.from({ length: 50 }, () => keeper.create({ ...AGENT, host: `h${i + 1}`, presence: 'ready' })),
      ),
    );
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ epoch }) => epoch)).size).toBe(1);
    expect(replicas.map(({ hosted }) => hosted.size).sort()).toEqual([0, 1]);
  });

  test('a host that has let go takes nothing any more', async () => {
    const { records, replica, look } = keeperMesh();
    const one = replica('h1');
    await one.keeper.release();
    records.write(given('h1'));
    await look(one.keeper);
    expect(one.hosted.size).toBe(0);
  });
});
