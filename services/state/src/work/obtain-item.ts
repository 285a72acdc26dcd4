import { type Call, type Clock, type Random, ulid } from '@seedcore/protocol';
import { KeyQueue } from '@seedcore/store';
import { claimed, type ItemClaim, type ItemValue, offer } from '../domain/item.ts';
import { type ItemName, itemKey } from '../domain/item-key.ts';
import type { ChangedItem, CorruptItem, ItemShelf, SeenItem } from './item-shelf.ts';
import type { NearItems } from './near-items.ts';

/** Time the reply needs on its way, in ms. */
const REPLY_MS = 200;

/** How an item is wanted. */
export type ItemWish = {
  readonly name: ItemName;
  readonly ifAbsent: { readonly value: ItemValue; readonly ttlMs: number } | undefined;
  /** How long a claim of this caller would hold, in ms; undefined when it wants none. */
  readonly claimMs: number | undefined;
  readonly waitMs: number;
  readonly maxAgeMs: number;
};

/** What came of it. */
export type ObtainedItem =
  | { readonly kind: 'seen'; readonly seen: SeenItem; readonly isCreated: boolean }
  /** This caller is to make the value. */
  | { readonly kind: 'claimed'; readonly claim: ItemClaim }
  /** Somebody else makes it. */
  | { readonly kind: 'filling' }
  | Exclude<ChangedItem, { readonly kind: 'done' }>
  | CorruptItem;

type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly shelf: ItemShelf;
  readonly near: NearItems;
};

/**
 * Reads an item; where there is none, makes it, or claims to make it, or waits for whoever does. Of many who ask at the same
 * time one makes it: replicas compete, not callers.
 */
export class ItemObtainer {
  readonly #ports: Ports;
  readonly #queue = new KeyQueue();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws MeshError when the broker is out of reach and nothing is remembered */
  async obtain(wish: ItemWish, call: Call): Promise<ObtainedItem> {
    const { clock, near, shelf } = this.#ports;
    const endsAt = clock.now() + Math.min(wish.waitMs, Math.max(0, call.left() - REPLY_MS));
    for (;;) {
      const seen = await shelf.look(wish.name, wish.maxAgeMs);
      if ('kind' in seen) return seen;
      const ended = await this.#end(wish, seen);
      if (ended.kind !== 'filling' || clock.now() >= endsAt) return ended;
      const untilClaimEnds = ended.claim.untilMs - clock.wallMs();
      const ms = Math.max(1, Math.min(endsAt - clock.now(), untilClaimEnds));
      await near.changed(itemKey(wish.name), ended.rev, { ms, signal: call.signal });
    }
  }

  async #end(wish: ItemWish, seen: SeenItem): Promise<Ended> {
    const { item, rev } = seen;
    if (wish.ifAbsent !== undefined && item?.kind !== 'value') return this.#create(wish, wish.ifAbsent);
    if (item?.kind === 'claim') return { kind: 'filling', claim: item, rev };
    if (item === undefined && wish.claimMs !== undefined) return this.#claim(wish, wish.claimMs);
    return { kind: 'seen', seen, isCreated: false };
  }

  #create(wish: ItemWish, made: { readonly value: ItemValue; readonly ttlMs: number }): Promise<Ended> {
    const { clock, shelf } = this.#ports;
    const { name, maxAgeMs } = wish;
    return this.#queue.run(itemKey(name), async () => {
      const near = shelf.recall(name, maxAgeMs);
      if (near?.item?.kind === 'value') return { kind: 'seen', seen: near, isCreated: false };
      const untilMs = clock.wallMs() + made.ttlMs;
      const item = { kind: 'value', key: name.key, untilMs, value: made.value } as const;
      const changed = await shelf.change(name, (now) => offer(now, item));
      if (changed.kind !== 'done') return changed;
      const { verdict, before, rev } = changed;
      const isCreated = verdict.kind === 'write';
      const held = isCreated ? { item, rev } : before;
      return { kind: 'seen', seen: { ...held, level: 'L2', ageMs: 0, isStale: false }, isCreated };
    });
  }

  #claim({ name, maxAgeMs }: ItemWish, claimMs: number): Promise<Ended> {
    const { clock, random, shelf } = this.#ports;
    return this.#queue.run(itemKey(name), async () => {
      const near = shelf.recall(name, maxAgeMs);
      if (near !== undefined) return { kind: 'seen', seen: near, isCreated: false };
      const token = ulid(clock, random);
      const claim: ItemClaim = { kind: 'claim', key: name.key, untilMs: clock.wallMs() + claimMs, token };
      const changed = await shelf.change(name, (now) => claimed(now, claim));
      if (changed.kind !== 'done') return changed;
      const { verdict, before } = changed;
      if (verdict.kind === 'write') return { kind: 'claimed', claim };
      if (before.item?.kind === 'claim') return { kind: 'filling', claim: before.item, rev: before.rev };
      return { kind: 'seen', seen: { ...before, level: 'L2', ageMs: 0, isStale: false }, isCreated: false };
    });
  }
}

type Ended =
  | Exclude<ObtainedItem, { readonly kind: 'filling' }>
  | { readonly kind: 'filling'; readonly claim: ItemClaim; readonly rev: number };
