import type { state } from '@seedcore/contracts';
import { fail, type Handler, type Input, ok } from '@seedcore/protocol';
import { dimsOf, type FoundMemories, type MemoryQuery } from '../domain/memory/memory-index.ts';
import { shownMemory } from '../domain/memory/memory-item.ts';
import { memoryKey } from '../domain/memory/memory-key.ts';
import { readerOf } from '../domain/memory/visibility.ts';
import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';
import { pictureOf } from './memory-picture.ts';
import { misfit, queryVector, type RankedBy } from './query-vector.ts';

type Endpoint = typeof state.endpoints.search_memory;

/** Searches what the reader may see of this replica's memories, and says how much of all that covers. */
export function searchMemory(ports: Ports): Handler<Endpoint> {
  const { memory, clock } = ports;
  return async (asked, call) => {
    const bad = asked.query_vector && misfit(asked.query_vector, dimsOf(memory.index.books));
    if (bad !== undefined) return fail('bad_vector', bad);
    const by = await queryVector(ports, asked, call);
    const wallMs = clock.wallMs();
    const found = memory.index.search(queryOf(ports, asked, by), wallMs);
    for (const { item } of found.hits) memory.hits.add(memoryKey(item.tier, item));
    const { completeness, age_ms } = pictureOf(ports);
    const coverage = { index: rounded(completeness * memory.index.coverage), vectors: rounded(found.vectors) };
    return ok({ hits: found.hits.map((hit) => shown(ports, hit, wallMs)), coverage, age_ms }, by.degraded);
  };
}

function queryOf({ agents }: Ports, asked: Input<Endpoint>, { query, vector }: RankedBy): MemoryQuery {
  const { agent_id, k, include, kinds, tiers, tags, since, recency_half_life_s: halfLifeS } = asked;
  return {
    reader: readerOf(agent_id, (id) => agents.view.get(id)?.value),
    ...{ text: query, vector, k, lambda: asked.mmr_lambda, include, kinds, tiers, tags },
    sinceMs: since === undefined ? undefined : Date.parse(since),
    halfLifeMs: halfLifeS === undefined ? undefined : halfLifeS * 1000,
  };
}

function shown({ memory }: Ports, hit: FoundMemories['hits'][number], wallMs: number) {
  const { item, score, rankText, rankVector, scoreText, scoreVector } = hit;
  const key = memoryKey(item.tier, item);
  const view = item.tier === 'episode' ? memory.episodes.view : memory.memories.view;
  const known = { value: item, rev: view.get(key)?.rev ?? 0 };
  return {
    item: shownMemory(known, memory.index.vectorState(item), wallMs),
    score: rounded(score),
    ...(rankText === undefined ? {} : { rank_text: rankText }),
    ...(rankVector === undefined ? {} : { rank_vector: rankVector }),
    ...(scoreText === undefined ? {} : { score_text: rounded(scoreText) }),
    // Of the same direction, but for rounding, a cosine may come out a little above 1.
    ...(scoreVector === undefined ? {} : { score_vector: Math.min(1, rounded(scoreVector)) }),
  };
}
