import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { endpoint, implement, isRecord, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineService } from '../define-service.ts';
import { identityOf } from '../identity.ts';
import { silentLog } from '../log/log.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { ServiceHost } from '../service-host.ts';

const nothing = z.strictObject({});
const one = (doc: string) => endpoint({ doc, input: nothing, output: nothing, idempotent: true });
const disk = service('disk', { doc: 'Writes.', version: '1.0.0', endpoints: { write: one('Writes.') } });
const relay = service('relay', { doc: 'Asks.', version: '1.0.0', endpoints: { ask: one('Asks the disk.') } });

test('mesh.A25: an error names the trace under which what the service itself was told is recorded', async () => {
  const clock = new VirtualClock();
  const random = new SeededRandom(9);
  const bus = new MemoryBus({ clock, random });
  const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: 'relay', instance: 'one' });
  const implementation = implement(relay, { ask: (_, call) => mesh.client(disk).write({}, call) });
  const definition = defineService({ contract: relay, config: z.object({}), start: async () => ({ implementation }) });
  const hosted = new ServiceHost(definition, {
    mesh,
    config: {},
    log: silentLog,
    metrics: openMetrics(),
    identity: identityOf(relay, { ns: 'test', instance: 'one', startedWallMs: 0 }),
    loopDelayMs: () => 0,
    checking: 'always',
    logLevel: () => undefined,
  });
  void hosted.run();
  await clock.advance(0);
  const person = memoryMesh({ clock, random, bus, ns: 'test' });
  const replies: unknown[] = [];
  person.transport.subscribe(
    '_INBOX.person.1',
    ({ data }) => void replies.push(JSON.parse(new TextDecoder().decode(data))),
  );
  person.transport.publish('test.svc.relay.ask', new Uint8Array(0), { reply: '_INBOX.person.1' });
  await clock.advance(5_000);
  const [reply] = replies;
  const error = isRecord(reply) && isRecord(reply['error']) ? reply['error'] : {};
  expect(error).toMatchObject({ code: 'unavailable', trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(await mesh.records.find(String(error['trace_id']))).toMatchObject([
    { target: 'disk.write', caller: 'relay', instance: 'one', outcome: 'no_responder', chain: ['relay'] },
  ]);
});
