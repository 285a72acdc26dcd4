import { setTimeout as pause } from 'node:timers/promises';
import type { RunningCluster } from '@seedcore/nats-dev';
import type { Random } from '@seedcore/protocol';

const KINDS = ['isolate', 'isolate', 'isolate', 'stop', 'kill'] as const;
/** Calm between two faults, and how long one lasts, in ms: the shorter ones end before anybody elects anew. */
const CALM_MS = [500, 2_500] as const;
const LASTS_MS = [1_500, 7_000] as const;

/** How to find out which member leads what is tested; undefined while nobody knows. */
export type LeaderOf = () => Promise<number | undefined>;

/**
 * Lets one member after the other be cut off from the others, stopped, or killed and run again, more often than not the
 * leader, until `over`; resolves with what was done when all are well again.
 */
export async function troubleCluster(
  cluster: RunningCluster,
  ports: { readonly random: Random; readonly leader: LeaderOf; readonly over: () => boolean },
): Promise<readonly string[]> {
  const { random, leader, over } = ports;
  const between = ([least, most]: readonly [number, number]) => least + (most - least) * random.next();
  const done: string[] = [];
  while (!over()) {
    await pause(between(CALM_MS));
    const kind = KINDS[Math.floor(KINDS.length * random.next())] ?? 'isolate';
    const any = Math.floor(cluster.members.length * random.next());
    const wantsLeader = random.next() < 0.7;
    const lasts = between(LASTS_MS);
    if (over()) break;
    const member = (wantsLeader ? await leader() : undefined) ?? any;
    done.push(`${kind} ${member} ${Math.round(lasts)} ms`);
    if (kind === 'isolate') cluster.partition(member);
    else if (kind === 'stop') await cluster.pause(member);
    else await cluster.kill(member);
    await pause(lasts);
    if (kind === 'isolate') cluster.heal(member);
    else if (kind === 'stop') await cluster.resume(member);
    else await cluster.restart(member);
  }
  return done;
}
