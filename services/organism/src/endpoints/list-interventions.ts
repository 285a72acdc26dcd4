import type { InterventionRecord, KillKind, organism } from '@seedcore/contracts';
import { type Handler, type Input, ok } from '@seedcore/protocol';
import type { Journal } from '../ports.ts';

type Asked = Input<typeof organism.endpoints.list_interventions>;

/** Runs that were ended by whoever watches them, newest first. */
export function listInterventions({
  journal,
}: {
  readonly journal: Journal;
}): Handler<typeof organism.endpoints.list_interventions> {
  return async (asked) => {
    const { records, complete } = await journal.read(asked.task_id);
    const matching = records.filter((record) => matches(record, asked));
    const wanted = matching
      .filter(({ kind }) => asked.kind === undefined || kind === asked.kind)
      .map((record) => ({ record, place: placeOf(record) }))
      .filter(({ place }) => asked.cursor === undefined || place < asked.cursor)
      .sort((a, b) => (a.place < b.place ? 1 : -1));
    const page = wanted.slice(0, asked.limit);
    const last = wanted.length > page.length ? page.at(-1)?.place : undefined;
    return ok({
      interventions: page.map(({ record }) => record),
      counts: countsOf(matching),
      complete,
      ...(last === undefined ? {} : { next_cursor: last }),
    });
  };
}

function matches(record: InterventionRecord, { since, until, organ_id, manager_id }: Asked): boolean {
  const at = Date.parse(record.at);
  return (
    (since === undefined || at >= Date.parse(since)) &&
    (until === undefined || at <= Date.parse(until)) &&
    (organ_id === undefined || record.organ_id === organ_id) &&
    (manager_id === undefined || record.manager_id === manager_id)
  );
}

function countsOf(records: readonly InterventionRecord[]): Partial<Record<KillKind, number>> {
  const counts: Partial<Record<KillKind, number>> = {};
  for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Sorts by time, then by run; also the cursor. */
const placeOf = ({ at, epoch, attempt }: InterventionRecord): string => `${Date.parse(at)}.${epoch}.${attempt}`;
