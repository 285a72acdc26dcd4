import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import type { KvBucket, KvSpec, KvValue } from '../kv/kv.ts';
import type { Mesh } from '../mesh.ts';

/** Where the cases run: any number of meshes on one bus, and a way to let time pass. */
export type KvBed = { open(): Promise<Pick<Mesh, 'kv'>>; pass(ms: number): Promise<void> };

/** One promise of the key-value port, checked on a bed. */
export type KvCase = { readonly name: string; run(bed: KvBed): Promise<void> };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const told = ({ key, value }: KvValue): string =>
  `${key}=${value === undefined ? '-' : new TextDecoder().decode(value)}`;
const refused = (code: MeshErrorCode) => (error: unknown) => error instanceof MeshError && error.code === code;

/** A bucket no other case uses. */
let used = 0;
function fresh(spec: Partial<KvSpec> = {}): KvSpec {
  used += 1;
  return { name: `suite-${used}`, doc: 'Of a test.', storage: 'memory', history: 1, maxAgeMs: 0, ...spec };
}

/** Waits until `done`, in steps that pass on a real clock and on a virtual one. */
async function until(bed: KvBed, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600 && !(await done()); i++) await bed.pass(50);
  ok(await done(), 'it never came about');
}

async function two(bed: KvBed, spec = fresh()): Promise<readonly [KvBucket, KvBucket]> {
  const [one, other] = [await bed.open(), await bed.open()];
  return [one.kv.bucket(spec), other.kv.bucket(spec)];
}

/** Every promise of the key-value port; one list for all implementations. */
export const kvCases: readonly KvCase[] = [
  {
    name: 'what one puts, another gets, with a revision that grows',
    async run(bed) {
      const [one, other] = await two(bed);
      equal(await one.get('a.b'), undefined);
      const first = await one.put('a.b', bytes('1'));
      const second = await one.put('a.b', bytes('2'));
      ok(second > first);
      const found = await other.get('a.b');
      deepEqual([found?.revision, found === undefined ? '' : told(found)], [second, 'a.b=2']);
    },
  },
  {
    name: 'a deleted key is there without a value',
    async run(bed) {
      const [one, other] = await two(bed);
      await one.put('a', bytes('1'));
      await one.delete('a');
      equal((await other.get('a'))?.value, undefined);
    },
  },
  {
    name: 'a watch hands over what is there, then what changes, in order and to the newest, until it is stopped',
    async run(bed) {
      const [one, other] = await two(bed);
      for (const key of ['a', 'b', 'c']) await one.put(key, bytes('1'));
      const seen: string[] = [];
      const revisions: number[] = [];
      const watch = other.watch((change) => {
        seen.push(told(change));
        revisions.push(change.revision);
      });
      await watch.ready;
      deepEqual(seen, ['a=1', 'b=1', 'c=1']);
      for (let i = 2; i < 30; i++) await one.put('a', bytes(String(i)));
      await one.delete('b');
      await until(bed, () => seen.includes('b=-'));
      // With one value per key a change may be overtaken by the next before it is handed over.
      deepEqual(
        revisions,
        [...new Set(revisions)].toSorted((a, b) => a - b),
      );
      deepEqual(seen.slice(-2), ['a=29', 'b=-']);
      watch.stop();
      await one.put('c', bytes('2'));
      await bed.pass(100);
      equal(seen.at(-1), 'b=-');
    },
  },
  {
    name: 'a watch of an empty bucket is ready at once',
    async run(bed) {
      const [one] = await two(bed);
      const watch = one.watch(() => {});
      await watch.ready;
      watch.stop();
    },
  },
  {
    name: 'a watcher that throws loses only that change',
    async run(bed) {
      const [one, other] = await two(bed);
      const seen: string[] = [];
      const watch = other.watch((change) => {
        seen.push(told(change));
        if (change.key === 'a') throw new Error('thrown by a watcher');
      });
      await watch.ready;
      await one.put('a', bytes('1'));
      await one.put('b', bytes('1'));
      await until(bed, () => seen.length === 2);
      deepEqual(seen, ['a=1', 'b=1']);
      watch.stop();
    },
  },
  {
    name: 'a value goes when it is too old',
    async run(bed) {
      const [one, other] = await two(bed, fresh({ maxAgeMs: 3_000 }));
      await one.put('a', bytes('1'));
      ok(await other.get('a'));
      await until(bed, async () => (await other.get('a')) === undefined);
    },
  },
  {
    name: 'a key that would mean more than one, or end a line, is refused and nothing is done',
    async run(bed) {
      const [one] = await two(bed);
      await one.put('a', bytes('1'));
      for (const key of ['', '>', '*', 'a.*', 'a.', 'a b', 'a\r\nPUB x 0', 'a..b', 'x'.repeat(70)]) {
        await rejects(one.delete(key), refused('bad_request'));
        await rejects(one.put(key, bytes('2')), refused('bad_request'));
        await rejects(one.get(key), refused('bad_request'));
      }
      ok((await one.get('a'))?.value);
    },
  },
  {
    name: 'a bucket of somebody else is never made here',
    async run(bed) {
      const spec = fresh();
      const [one, other] = await two(bed, { ...spec, existing: true });
      await rejects(one.put('a', bytes('1')), refused('unavailable'));
      await rejects(other.get('a'), refused('unavailable'));
    },
  },
];
