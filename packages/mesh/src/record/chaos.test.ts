import { delay, MeshError } from '@seedcore/protocol';
import { forSeeds, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import type { CallRecord } from './call-record.ts';

const codes = ['overloaded', 'internal', 'draining', 'rate_limited'] as const;

/** What of an attempt a record leaves unexplained; nothing when it tells of each from the first to the last, and of the end. */
function unexplained({ steps }: CallRecord): readonly string[] {
  const attempts = steps.flatMap(({ layer, detail }) => (layer === 'attempt' ? [detail.attempt ?? 0] : []));
  const waits = steps.filter(({ layer, decision }) => layer === 'retry' && decision === 'wait').length;
  const refused = steps.filter(({ decision }) => decision === 'refused').length;
  const numbers = new Set(attempts);
  const last = steps.at(-1);
  const ended =
    last?.layer === 'call' ||
    last?.decision === 'stop' ||
    last?.decision === 'refused' ||
    last?.detail.code === 'cancelled';
  return [
    ...Array.from(numbers, (_, i) => i + 1)
      .filter((n) => !numbers.has(n))
      .map((n) => `attempt ${n} is missing`),
    ...(numbers.size + refused < waits ? ['a pause belongs to no attempt'] : []),
    ...(ended ? [] : ['nothing says how it ended']),
    ...steps.filter(({ layer, detail }) => layer === 'attempt' && detail.code === undefined).map(() => 'no code'),
  ];
}

test('mesh.A25: every failed call of a chaos run has a record that explains each attempt', () =>
  forSeeds(10, async (random) => {
    const clock = new VirtualClock();
    const bus = new MemoryBus({ clock, random });
    const mesh = memoryMesh({ clock, random, bus, service: 'asker' });
    fakeWorker(memoryTransport({ clock, random, bus }), mesh.subjects.endpoint('echo', 'say'), async (request) => {
      await delay(clock, Math.floor(random.next() * 50));
      const code = codes[Math.floor(random.next() * 8)];
      if (code !== undefined) throw new MeshError(code, { target: 'echo.say' });
      return repeat(request);
    });
    bus.drop('_INBOX.>', 0.1);
    bus.corrupt('_INBOX.>', 0.02);
    const failures: MeshError[] = [];
    const client = mesh.client(echo);
    for (let n = 0; n < 200; n++) {
      const leaving = new AbortController();
      if (n % 17 === 0) clock.after(20, () => leaving.abort());
      client.say({ word: 'a' }, { deadlineMs: 400, signal: leaving.signal }).catch((error: unknown) => {
        if (error instanceof MeshError) failures.push(error);
      });
      if (n % 50 === 20) mesh.transport.disconnect();
      if (n % 50 === 22) mesh.transport.reconnect();
      await clock.advance(30);
    }
    await clock.advance(5_000);
    expect(failures.length).toBeGreaterThan(20);
    for (const { traceId = '', code } of failures) {
      const [record, ...others] = await mesh.records.find(traceId);
      expect(record).toMatchObject({ outcome: code });
      expect(others).toEqual([]);
      expect(record === undefined ? ['no record'] : unexplained(record), JSON.stringify(record)).toEqual([]);
    }
  }));
