import { type InterventionRecord, interventionRecord } from '@seedcore/contracts';
import { subjects, validate } from '@seedcore/protocol';
import { PATIENCE_MS, patiently, type Store, type Stored } from '@seedcore/store';
import { logStream } from '@seedcore/tasks';
import type { Journal } from '../ports.ts';

/** Most records read for one list. */
const MAX_READ = 10_000;

/** Interventions at `<ns>.log.intervention.<task>` in the log stream, beside the history of tasks. */
export function storeJournal({ broker }: Store): Journal {
  const names = subjects(broker.ns);
  return {
    async keep(record) {
      const body = new TextEncoder().encode(JSON.stringify(record));
      // The same run is ended once: a repeat of the write is the same message.
      const messageId = `${record.task_id}.${record.epoch}.${record.attempt}.${record.intern_id}`;
      const patience = { endsAt: broker.clock.now() + PATIENCE_MS, repeatable: true };
      await patiently(broker, patience, () => broker.write(names.interventions(record.task_id), body, { messageId }));
    },
    async read(taskId) {
      const stored = await broker.messages(names.stream(logStream.name), names.interventions(taskId), MAX_READ);
      return { records: stored.flatMap((one) => recordIn(one) ?? []), complete: stored.length < MAX_READ };
    },
  };
}

/** A record as it was stored; undefined for what somebody else may have published there. */
function recordIn({ body }: Stored): InterventionRecord | undefined {
  const checked = validate(interventionRecord, parsed(new TextDecoder().decode(body)));
  return checked.ok ? checked.value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON, so none of ours
  }
}
