import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import type { JournalLine } from '../../checkers/store-journal.ts';
import { writeIdOf } from '../../checkers/store-log.ts';
import { outcomeOf } from '../../checkers/store-outcome.ts';
import { hostMs } from './clock-host.ts';
import { type Counted, counterSpec, KEY } from './counter-spec.ts';

/** Counts one number up with several writers, each so often, whatever happens to the broker; says all it does. */
const name = process.env['SC_PROCESS'] ?? 'p';
const writers = Number(process.env['SC_WRITERS']);
const times = Number(process.env['SC_TIMES']);

const mesh = await connect({ servers: process.env['SC_SERVERS']?.split(','), ns: 'test', onDefect: () => {} });
const store = openStore(mesh, { replicas: 3, report: () => {} });
const bucket = store.bucket(counterSpec);
const say = (line: JournalLine) => console.log(JSON.stringify(line));

const { broker } = store;
const write = broker.write.bind(broker);
broker.write = async (...sent) => {
  const writeId = writeIdOf(sent[1]) ?? '';
  try {
    const written = await write(...sent);
    say({ attempt: { process: name, writeId, answer: written.ok ? 'ok' : 'refused' } });
    return written;
  } catch (error) {
    if (error instanceof MeshError && error.code === 'timeout')
      say({ attempt: { process: name, writeId, answer: 'none' } });
    throw error;
  }
};

const watch = bucket.watch('', ({ key, rev, value }) =>
  say({ sighting: { process: name, key, rev, gone: value === undefined } }),
);
await watch.ready;
console.log('ready');

/** What nobody could know is asked for again under its own name: the value says whether it is in it. */
async function count(writer: string, i: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const id = `${writer}-${i}-${tries}`;
    const add = (now: Counted | undefined) => ({
      n: (now?.n ?? 0) + 1,
      by: id,
      last: { ...now?.last, [writer]: i },
    });
    const said = { process: name, id, kind: 'update', keys: [KEY], start: hostMs() } as const;
    try {
      const { rev } = await bucket.update(KEY, add);
      return say({ operation: { ...said, end: hostMs(), outcome: 'done', revs: [rev] } });
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === 'unknown') await settle((now) => (now?.last[writer] === i ? 'skip' : add(now)));
      say({ operation: { ...said, end: hostMs(), outcome: outcome === 'unknown' ? 'done' : 'refused' } });
      if (outcome === 'unknown') return;
      await pause(100);
    }
  }
}

/** Asks again for what was in doubt until it surely is made. */
async function settle(change: (now: Counted | undefined) => Counted | 'skip'): Promise<void> {
  for (;;) {
    try {
      await bucket.update(KEY, change);
      return;
    } catch (error) {
      outcomeOf(error); // whatever became of this one, what was in doubt before still is
      await pause(100);
    }
  }
}

async function countAll(writer: string): Promise<void> {
  for (let i = 0; i < times; i++) await count(writer, i);
}

await Promise.all(Array.from({ length: writers }, (_, w) => countAll(`${name}-${w}`)));
console.log('finished');
