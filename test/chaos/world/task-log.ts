import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeChecker } from '@seedcore/tasks/testing';
import { z } from 'zod';
import { readWrite } from '../../checkers/read-write.ts';
import type { CarrierLook, RecordWrite, ResultSeen } from '../../checkers/task-history.ts';
import { readStream } from './read-stream.ts';

const stored = z.object({ id: z.string(), gen: z.int(), state: z.string() });

/** Every write of every record of a task, in the order of the stream; each is shown to the table of legal edges too. */
export async function recordLog(nats: NatsConnection, ns: string, edges: EdgeChecker): Promise<readonly RecordWrite[]> {
  const writes: RecordWrite[] = [];
  await readStream(nats, { stream: `KV_${ns}_tasks`, filter: `$KV.${ns}_tasks.t.*` }, (message) => {
    const { subject, seq, time: at, data: body } = message;
    const write = readWrite({ subject, seq, at, body });
    if (write === undefined) return;
    writes.push(write);
    edges.see(write.id, body);
  });
  return writes;
}

/** Every result that was stored, in the order of the stream. */
export async function resultLog(nats: NatsConnection, ns: string): Promise<readonly ResultSeen[]> {
  const results: ResultSeen[] = [];
  await readStream(nats, { stream: `SC_${ns}_RESULTS`, filter: `${ns}.result.>` }, (message) => {
    results.push({ ...stored.parse(message.json()), seq: message.seq });
  });
  return results;
}

/** The carriers and timers that are there now. */
export async function lookAtCarriers(nats: NatsConnection, ns: string): Promise<CarrierLook> {
  const carriers = new Set<string>();
  const at = Date.now();
  await readStream(nats, { stream: `SC_${ns}_TASKS`, filter: `${ns}.>` }, ({ headers, seq }) => {
    carriers.add(headers?.get('Sc-Carrier') || `seq.${seq}`);
  });
  return { at, carriers };
}
