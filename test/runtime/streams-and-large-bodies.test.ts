import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { formatPayloadRef, headerNames, jsonCodec } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../support/program.ts';
import { until } from '../support/until.ts';
import { bank, NS } from './bank.ts';
import { type Banks, startBanks } from './bank-process.ts';

let banks: Banks;
const folder = mkdtempSync(join(tmpdir(), 'seedcore-bodies-'));

beforeAll(async () => {
  banks = await startBanks();
  await Promise.all(['one', 'two'].map((instance) => banks.start(instance)));
});

afterAll(async () => {
  await banks?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** Messages the object store of large bodies holds. */
async function stored(): Promise<number> {
  const manager = await jetstreamManager(banks.mesh.nats());
  return (await manager.streams.info(`OBJ_${NS}_payloads`)).state.messages;
}

test('mesh.A14: 10 000 frames to a slow reader: never more than the credit on their way', async () => {
  const { mesh } = banks;
  let onTheWire = 0;
  let consumed = 0;
  let most = 0;
  const tap = mesh.transport.subscribe(`${mesh.transport.inbox}.*`, ({ headers }) => {
    if (headers.get(headerNames.frame)?.endsWith('data')) onTheWire += 1;
  });
  const answer = mesh.client(bank).count.stream({ to: 10_000 });
  for await (const { n } of answer) {
    most = Math.max(most, onTheWire - consumed);
    expect(n).toBe(consumed);
    consumed += 1;
    if (n % 10 === 0) await breathe();
  }
  tap.unsubscribe();
  expect(await answer.reply).toEqual({ ok: true, value: { counted: 10_000 } });
  expect([onTheWire, most <= 32]).toEqual([10_000, true]);
});

test('mesh.A14: reader gone: handler aborted', async () => {
  const { mesh, told } = banks;
  for await (const { n } of mesh.client(bank).count.stream({ to: 1_000_000 })) if (n === 100) break;
  await until('an abort', () => told.aborted.length > 0 || undefined);
  expect(told.aborted).toHaveLength(1);
});

test('mesh.A14: a lost frame is an error', async () => {
  const { mesh } = banks;
  const loser = mesh.transport.subscribe(mesh.subjects.instance('bank', 'loser', 'count'), ({ reply }) => {
    for (const [n, frame] of [
      ['0', '0 data'],
      ['2', '2 data'],
    ] as const)
      mesh.transport.publish(reply ?? '', jsonCodec.encode({ n: Number(n) }), { headers: [['Sc-Frame', frame]] });
  });
  await mesh.transport.flush();
  const answer = mesh.client(bank).count.stream({ to: 3 }, { instance: 'loser' });
  const seen: number[] = [];
  const reading = async () => {
    for await (const { n } of answer) seen.push(n);
  };
  expect(await failureOf(reading())).toMatchObject({ code: 'timeout', details: { reason: 'stream_gap' } });
  expect(seen).toEqual([0]);
  loser.unsubscribe();
});

test('mesh.A14: 5 MiB pass both ways by reference and leave nothing behind', async () => {
  const text = Array.from({ length: 524_288 }, (_, i) => String(i).padStart(10, '.')).join('');
  const reply = await banks.mesh.client(bank).mirror({ text });
  expect(reply.ok && reply.value.text === text).toBe(true);
  await until('an empty store', async () => (await stored()) === 0 || undefined);
});

test('mesh.A14: a wrong hash is refused', async () => {
  const { mesh } = banks;
  const body = jsonCodec.encode({ text: 'kept elsewhere' });
  const ref = await mesh.payloads.put(body, { until: Number.POSITIVE_INFINITY });
  const ask = async (sha256: string) => {
    const headers = [[headerNames.ref, formatPayloadRef({ ...ref, sha256 })]] as const;
    const inbox = `${mesh.transport.inbox}.raw.${sha256.slice(0, 4)}`;
    const reply = Promise.withResolvers<unknown>();
    mesh.transport.subscribe(inbox, ({ data }) => reply.resolve(jsonCodec.decode(data, { maxBytes: 10_000 })));
    mesh.transport.publish(mesh.subjects.endpoint('bank', 'mirror'), jsonCodec.encode({}), { reply: inbox, headers });
    return reply.promise;
  };
  expect(await ask('0'.repeat(64))).toMatchObject({ error: { code: 'bad_request', details: { field: 'Sc-Ref' } } });
  expect(await ask(ref.sha256)).toEqual({ text: 'kept elsewhere' });
  await mesh.payloads.delete(ref);
  await until('an empty store', async () => (await stored()) === 0 || undefined);
});

test('other clients of object stores read what is there', async () => {
  const { mesh, server } = banks;
  const body = new Uint8Array(700_000).fill(0x41);
  const ref = await mesh.payloads.put(body, { until: Number.POSITIVE_INFINITY });
  const file = join(folder, 'body');
  const cli = process.env['SEEDCORE_NATS_CLI'] ?? 'nats';
  const got = await run(cli, [
    '--server',
    server.url,
    'object',
    'get',
    ref.bucket,
    ref.name,
    '--output',
    file,
    '--no-progress',
  ]);
  expect(got.stderr + got.stdout).toContain('Wrote');
  expect(readFileSync(file).equals(body)).toBe(true);
  await mesh.payloads.delete(ref);
});
