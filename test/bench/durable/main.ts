import { existsSync } from 'node:fs';
import { resolveServer, startServer } from '@seedcore/nats-dev';
import { benchOptions } from '../bench-options.ts';
import { bullmq, ownContenders } from './contenders.ts';
import { type Cell, type Durability, durabilities, fullPlan, type Plan, quickPlan } from './plan.ts';
import { findRedis, type RedisProgram } from './redis/find-redis.ts';
import { startRedis } from './redis/start-redis.ts';
import { missed, reportLines, rowsOf } from './report.ts';
import { type Brokers, runDurable } from './run-durable.ts';

const usage = `npx node test/bench/durable/main.ts [--quick] [--peers] [--cells always:256,second:32] [--json] [--cpu-prof DIR]
  --quick     short rounds, few loads, nothing judged: shows that everything runs
  --peers     also BullMQ, once installed by: npm install --prefix test/bench/peers
  --cells     only these loads: durability (${durabilities.join(', ')}) : submits in flight (1, 32, 256)
  --json      the rows as one line of JSON instead of the table
  --cpu-prof  a CPU profile of every process into that folder
Exits with 1 when a target is missed.`;

const options = benchOptions();

/** Reads `always:256,second:1`. */
function cellsIn(text: string): readonly Cell[] {
  return text.split(',').map((word) => {
    const [sync = '', inFlight = ''] = word.split(':');
    const durability: Durability | undefined = durabilities.find((name) => name === sync);
    if (durability === undefined || !/^(1|32|256)$/.test(inFlight)) throw new RangeError(`--cells ${word}\n${usage}`);
    return { durability, inFlight: Number(inFlight) };
  });
}

/** Undefined without peers. */
async function peerBroker(): Promise<RedisProgram | undefined> {
  if (!options.peers) return undefined;
  if (!existsSync(new URL('../peers/node_modules/bullmq', import.meta.url)))
    throw new Error('the peers are not installed: npm install --prefix test/bench/peers');
  return findRedis();
}

async function startBrokers(
  redisProgram: RedisProgram | undefined,
  sync: { readonly nats: string; readonly redis: string },
): Promise<Brokers> {
  const server = await resolveServer();
  if (server.kind === 'url') throw new Error('the benchmark starts a server of its own: unset NATS_URL');
  const nats = await startServer({ server, syncInterval: sync.nats });
  try {
    const redis = redisProgram && (await startRedis(redisProgram, sync.redis));
    return {
      url: nats.url,
      pids: [nats.pid, ...(redis === undefined ? [] : [redis.pid])],
      contenders: [...ownContenders, ...(redis === undefined ? [] : [bullmq(redis.port)])],
      stop: async () => {
        await redis?.stop();
        await nats.stop();
      },
    };
  } catch (error) {
    await nats.stop();
    throw error;
  }
}

async function bench(): Promise<number> {
  const base = options.quick ? quickPlan : fullPlan;
  const plan: Plan = options.cells === undefined ? base : { ...base, cells: cellsIn(options.cells) };
  const prof = options['cpu-prof'];
  const redis = await peerBroker();
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const series = await runDurable(plan, {
    startBrokers: (sync) => startBrokers(redis, sync),
    nodeArgs: prof === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${prof}`],
    note,
  });
  const rows = rowsOf(series, !options.quick);
  console.log(options.json ? JSON.stringify(rows) : reportLines(rows).join('\n'));
  const misses = missed(rows);
  for (const line of misses) note(`MISSED ${line}`);
  return misses.length === 0 ? 0 : 1;
}

if (options.help) console.log(usage);
else process.exitCode = await bench();
