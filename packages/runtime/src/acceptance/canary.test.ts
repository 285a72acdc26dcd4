import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { endpoint, fail, implement, MeshError, ok, sensitive, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineService } from '../define-service.ts';
import { identityOf } from '../identity.ts';
import { LogLevel } from '../log/log-level.ts';
import { openLog } from '../log/logger.ts';
import { sensitiveNames } from '../log/sensitive-names.ts';
import { meshMetrics } from '../metrics/mesh-metrics.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { ServiceHost } from '../service-host.ts';

const CANARY = 'canary-7f3a';

const vault = service('vault', {
  doc: 'Keeps what nobody else may see.',
  version: '1.0.0',
  endpoints: {
    keep: endpoint({
      doc: 'Keeps a note, or fails as told.',
      input: z.strictObject({
        note: sensitive(z.string().max(40)),
        how: z.enum(['ok', 'failure', 'misfit', 'mesh', 'log', 'throw', 'nested']),
      }),
      output: z.object({ kept: z.boolean() }),
      failures: { full: z.object({ left: z.int() }) },
    }),
  },
});

function start() {
  const clock = new VirtualClock();
  const random = new SeededRandom(25);
  const bus = new MemoryBus({ clock, random });
  const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: 'vault', instance: 'one' });
  const lines: string[] = [];
  const level = new LogLevel('debug');
  const fields = { ns: 'test', service: 'vault', instance: 'one' };
  const hidden = sensitiveNames(vault);
  const log = openLog({ level, pretty: false, fields, hidden, clock, to: { write: (line) => void lines.push(line) } });
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  const implementation = implement(vault, {
    keep: (input) => {
      if (input.how === 'log') log.warn({ input, note: input.note }, 'what a careless handler logs');
      if (input.how === 'failure') return fail('full', { left: 0 });
      if (input.how === 'throw') throw new RangeError(`cannot keep "${input.note}"`);
      if (input.how === 'nested') throw new Error('failed', { cause: new Error(`because of ${input.note}`) });
      if (input.how === 'mesh') throw new MeshError('no_responder', { target: 'disk.write' });
      return ok({ kept: true, ...(input.how === 'misfit' ? { kept: JSON.parse('7') } : {}) });
    },
  });
  const definition = defineService({ contract: vault, config: z.object({}), start: async () => ({ implementation }) });
  const identity = identityOf(vault, { ns: 'test', instance: 'one', startedWallMs: 0 });
  const logLevel = () => undefined;
  const parts = {
    mesh,
    config: {},
    log,
    metrics,
    identity,
    loopDelayMs: () => 0,
    checking: 'always',
    logLevel,
  } as const;
  const hosted = new ServiceHost(definition, parts);
  void hosted.run();
  const caller = memoryMesh({ clock, random, bus, ns: 'test' });
  return { clock, caller, lines, metrics, hosted };
}

test('mesh.A25: a canary in a sensitive field is in no log, reply, metric, event, record or built-in answer', async () => {
  const { clock, caller, lines, metrics, hosted } = start();
  await clock.advance(0);
  const told: string[] = [];
  const record = ({ subject, data }: { subject: string; data: Uint8Array }) => {
    if (!subject.startsWith('test.svc.')) told.push(`${subject} ${new TextDecoder().decode(data)}`);
  };
  for (const subject of ['_INBOX.>', 'test.>']) caller.transport.subscribe(subject, record);
  let asked = 0;
  const send = (body: unknown, headers: readonly (readonly [string, string])[] = []) => {
    const data = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
    caller.transport.publish('test.svc.vault.keep', data, { reply: `_INBOX.canary.${asked++}`, headers });
  };
  for (const how of ['ok', 'failure', 'misfit', 'mesh', 'log', 'throw', 'nested', CANARY]) send({ note: CANARY, how });
  send({ note: CANARY.repeat(10), how: 'ok' });
  send({ note: { deeper: CANARY }, how: 'ok' });
  send({ note: CANARY, how: 'ok' }, [['Sc-Deadline-Ms', '0']]);
  send(`{"note":"${CANARY}","how":"ok"`);
  const typed = caller.client(vault);
  const hows = ['failure', 'mesh', 'throw', 'nested', 'misfit'] as const;
  const calls = hows.map((how) => typed.keep({ note: CANARY, how }).catch(() => undefined));
  await clock.advance(10_000);
  await Promise.all(calls);
  expect(caller.records.recent()).toHaveLength(hows.length - 1);
  expect(told.filter((one) => one.startsWith('test.log.call.'))).toHaveLength(hows.length - 1);
  const shown = [
    JSON.stringify(caller.records.recent()),
    JSON.stringify(hosted.health()),
    JSON.stringify(hosted.info()),
    metrics.text(),
  ];
  expect(told.length).toBeGreaterThanOrEqual(asked);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.join('')).toContain('cannot keep');
  for (const text of [...told, ...lines, ...shown]) expect(text).not.toContain(CANARY);
});
