import type { MemoryItem, state } from '@seedcore/contracts';
import { fail, type Handler, type Input, ok } from '@seedcore/protocol';
import { endOf, isLive, shownMemory } from '../domain/memory/memory-item.ts';
import { memoryKey } from '../domain/memory/memory-key.ts';
import { isAfter, newestFirst, pageOf, positionOf } from '../domain/memory/memory-page.ts';
import { circleOf, type Reader, readerOf } from '../domain/memory/visibility.ts';
import type { Known } from '../domain/record-view.ts';
import type { Ports } from '../ports.ts';
import { pictureOf } from './memory-picture.ts';

type Endpoint = typeof state.endpoints.retrieve_memory;
type Read = { readonly found: readonly Known<MemoryItem>[]; readonly missing: readonly string[] };
type Corrupt = { readonly corrupt: { readonly key: string; readonly why: string } };

/** Reads memories from this replica's picture, and the reader's own that it lacks from the leader. */
export function retrieveMemory(ports: Ports): Handler<Endpoint> {
  return async (asked) => {
    const wallMs = ports.clock.wallMs();
    const reader = readerOf(asked.agent_id, (agentId) => ports.agents.view.get(agentId)?.value);
    const ids = asked.memory_ids;
    const read =
      ids === undefined ? ownOf(ports, asked.agent_id, wallMs) : await byIds(ports, reader, [...new Set(ids)]);
    if ('corrupt' in read) return fail('corrupt_record', read.corrupt);
    const met = read.found.filter(({ value }) => meets(value, asked)).sort(newestFirst);
    const wanted = met.filter(({ value }) => asked.cursor === undefined || isAfter(asked.cursor, value));
    const page = pageOf(
      wanted
        .slice(0, asked.limit)
        .map((known) => shownMemory(known, ports.memory.index.vectorState(known.value), wallMs)),
    );
    for (const item of page) ports.memory.hits.add(memoryKey(item.tier, item));
    ports.memory.figures.misses += read.missing.length;
    const last = page.at(-1);
    return ok({
      items: page,
      missing: [...read.missing],
      ...(page.length < wanted.length && last !== undefined ? { cursor: positionOf(last) } : {}),
      ...pictureOf(ports),
    });
  };
}

function ownOf({ memory }: Ports, agentId: string, wallMs: number): Read {
  const all = [...memory.memories.view.memories(agentId), ...memory.episodes.view.memories(agentId)];
  return { found: all.filter(({ value }) => isLive(value, wallMs)), missing: [] };
}

async function byIds(ports: Ports, reader: Reader, ids: readonly string[]): Promise<Read | Corrupt> {
  const found: Known<MemoryItem>[] = [];
  const missing: string[] = [];
  const readings = await Promise.all(ids.map(async (id) => ({ id, read: await byId(ports, reader, id) })));
  for (const { id, read } of readings) {
    if (read === undefined) missing.push(id);
    else if ('corrupt' in read) return read;
    else found.push(read);
  }
  return { found, missing };
}

/** The reader's own memory of that id before others'; what the picture lacks can only be looked up among its own. */
async function byId(ports: Ports, reader: Reader, memory_id: string): Promise<Known<MemoryItem> | Corrupt | undefined> {
  const { memories, episodes } = ports.memory;
  const wallMs = ports.clock.wallMs();
  const pictured = [memories.view, episodes.view]
    .flatMap((view) => view.keysOf(memory_id).flatMap((key) => view.get(key) ?? []))
    .filter(({ value }) => circleOf(reader, value) !== undefined && !hasEnded(value, wallMs))
    .sort(
      (a, b) => Number(isOwn(b, reader)) - Number(isOwn(a, reader)) || (a.value.agent_id < b.value.agent_id ? -1 : 1),
    );
  if (pictured[0] !== undefined) return pictured[0];
  const name = { agent_id: reader.agentId, memory_id };
  for (const home of [memories, episodes]) {
    const reading = await home.read(name);
    if (reading.kind === 'corrupt') return { corrupt: { key: memory_id, why: reading.why } };
    if (reading.kind === 'found' && !hasEnded(reading.value, wallMs)) return { value: reading.value, rev: reading.rev };
  }
  return undefined;
}

const isOwn = ({ value }: Known<MemoryItem>, { agentId }: Reader): boolean => value.agent_id === agentId;
const hasEnded = (item: MemoryItem, wallMs: number): boolean => endOf(item) <= wallMs;

function meets(item: MemoryItem, asked: Input<Endpoint>): boolean {
  const { kind, tier, tags, since, until, min_salience: least } = asked;
  const atMs = Date.parse(item.created_at);
  return (
    (kind === undefined || item.kind === kind) &&
    (tier === undefined || item.tier === tier) &&
    tags.every((tag) => item.tags.includes(tag)) &&
    (since === undefined || atMs >= Date.parse(since)) &&
    (until === undefined || atMs <= Date.parse(until)) &&
    (least === undefined || (item.salience !== null && item.salience >= least))
  );
}
