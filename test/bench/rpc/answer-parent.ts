import { measureSlice } from './measure-slice.ts';
import type { PayloadName } from './payloads.ts';
import { type Ask, ask, type Say } from './slice.ts';

/** How each payload is sent once, and the reply read; a server calls nobody. */
export type Calls = Partial<Record<PayloadName, () => Promise<unknown>>>;

/** Lets the measuring process drive this one, until it is gone. */
export function answerParent(calls: Calls = {}): void {
  process.on('message', (message) => {
    answer(ask.parse(message), calls).then(tell, (error: unknown) =>
      tell({ say: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  tell({ say: 'ready' });
}

async function answer(question: Ask, calls: Calls): Promise<Say> {
  if (question.ask === 'cpu') {
    const { user, system } = process.cpuUsage();
    return { say: 'cpu', cpuMs: (user + system) / 1000 };
  }
  const call = calls[question.payload];
  if (call === undefined) throw new RangeError(`this process does not send ${question.payload}`);
  return { say: 'slice', seen: await measureSlice(call, question) };
}

function tell(saying: Say): void {
  process.send?.(saying);
}
