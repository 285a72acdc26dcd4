import { parseArgs } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { startMesh } from '../../support/test-mesh.ts';
import { measureSlice } from '../rpc/measure-slice.ts';
import { median, ratioOf } from '../rpc/ratio.ts';
import { aligned } from '../rpc/report.ts';

const usage = `npx node test/bench/state/main-items.ts [--quick]
  --quick  short slices, nothing judged: shows that everything runs
Exits with 1 when the target is missed.`;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

const LEAST_RATIO = 1.5;
const IN_FLIGHT = 32;
/** Length of a slice in ms, and rounds of one slice of each, in turns A B B A; the first round warms up. */
const [SLICE_MS, ROUNDS] = options.quick ? [100, 2] : [1500, 7];
/** No reply is waited for longer, in ms. */
const PATIENCE_MS = 30_000;
const VALUE = { report: 'x'.repeat(300) };

type Level = 'L1' | 'L2';

/** Calls a second from memory and from the leader, in turns. */
async function measure(read: (level: Level) => Promise<void>) {
  const rates: Record<Level, number[]> = { L1: [], L2: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const level of round % 2 === 0 ? (['L1', 'L2'] as const) : (['L2', 'L1'] as const)) {
      const { calls, elapsedMs } = await measureSlice(() => read(level), { inFlight: IN_FLIGHT, ms: SLICE_MS });
      if (round > 0) rates[level].push((calls * 1000) / elapsedMs);
    }
  return { L1: median(rates.L1), L2: median(rates.L2), ratio: ratioOf(rates.L1, rates.L2).median };
}

/** Reads the item by a plain request, as `nats req` does: the replica is measured, and whoever asks costs little. */
function reader(nats: NatsConnection, ns: string): (level: Level) => Promise<void> {
  const name = { store: 'mw', key: 'report' };
  const bodies: Record<Level, string> = { L1: JSON.stringify(name), L2: JSON.stringify({ ...name, max_age_ms: 0 }) };
  return async (level) => {
    const reply = await nats.request(`${ns}.svc.state.get_item`, bodies[level], { timeout: PATIENCE_MS });
    const text = reply.string();
    // Once in 30 s what is remembered is looked at again.
    const isRight = text.includes('"found":true') && (level === 'L1' || text.includes('"level":"L2"'));
    if (!isRight) throw new Error(`${level}: ${text}`);
  };
}

async function bench(): Promise<number> {
  const bed = await startMesh({ services: ['state'] });
  try {
    const item = { store: 'mw', key: 'report', value: VALUE, ttl_s: 3600 };
    const set = await bed.call('state', 'set_item', item, PATIENCE_MS);
    if (set.body.revision === undefined) throw new Error(JSON.stringify(set.body));
    const read = reader(bed.nats, bed.ns);
    const { L1, L2, ratio } = await measure(read);
    const cells = [
      ['get_item, 32 in flight', 'calls/s', 'target'],
      ['from memory', L1.toFixed(0), ''],
      ['from the leader', L2.toFixed(0), ''],
      ['ratio', ratio.toFixed(2), options.quick ? '' : `≥ ${LEAST_RATIO}`],
    ];
    console.log(aligned(cells).join('\n'));
    return options.quick || ratio >= LEAST_RATIO ? 0 : 1;
  } finally {
    await bed.stop();
  }
}

if (options.help) console.log(usage);
else process.exitCode = await bench();
