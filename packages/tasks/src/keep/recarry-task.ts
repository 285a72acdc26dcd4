import { isRecord } from '@seedcore/protocol';
import { recarry } from '../record/recarry.ts';
import { isFinal } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { tail } from '../tail/tail.ts';
import { CARRIER_LOST } from '../task-spec.ts';

const decoder = new TextDecoder();

/** The message responsible for a task is gone: another one takes its place, or the task ends as a dead letter. */
export async function recarryTask(shelf: TaskShelf, id: string, body: Uint8Array): Promise<undefined> {
  const gone = carrierIn(body);
  const { value: record } = await shelf.change(id, (now) =>
    now === undefined || isFinal(now) || now.carrier !== gone ? 'skip' : recarry(now, shelf.now()),
  );
  // Also when that was written before, and a crash came between the record and what follows from it.
  if (record?.dead === CARRIER_LOST) await tail(shelf, record);
  else if (record !== undefined && !isFinal(record) && record.state !== 'running' && record.carrier !== gone) {
    await shelf.armDeadline(record);
    await shelf.carry(record);
  }
}

/** Anybody may write here: what names no carrier names none that is gone. */
function carrierIn(body: Uint8Array): string | undefined {
  try {
    const said: unknown = JSON.parse(decoder.decode(body));
    return isRecord(said) && typeof said['carrier'] === 'string' ? said['carrier'] : undefined;
  } catch {
    return undefined;
  }
}
