import { byTask, type CarrierLook, type Checker, isFinal, type RecordWrite } from './task-history.ts';

/**
 * T9: a task that has not ended has its carrier, a message or a timer. One that lost it is given another within two passes of
 * whoever repairs that.
 *
 * @param passMs time between two such passes
 */
export function checkCarriers(passMs: number): Checker {
  return ({ looks, writes }) =>
    [...byTask(writes)].flatMap(([task, own]) => {
      const missing = looks.filter((look) => isMissing(own, look)).map(({ at }) => at);
      const longest = Math.max(0, ...runsOf(looks, missing));
      return longest <= 2 * passMs ? [] : [{ invariant: 'tasks.T9', task, what: `had no carrier for ${longest} ms` }];
    });
}

/** True when the record of that moment names a carrier that was not there. */
function isMissing(own: readonly RecordWrite[], { at, carriers }: CarrierLook): boolean {
  const record = own.findLast((write) => write.at <= at)?.record;
  return record !== undefined && !isFinal(record) && !carriers.has(record.carrier);
}

/** How long each unbroken run of looks without it lasted. */
function runsOf(looks: readonly CarrierLook[], missing: readonly number[]): number[] {
  let began: number | undefined;
  return looks.map(({ at }) => {
    began = missing.includes(at) ? (began ?? at) : undefined;
    return began === undefined ? 0 : at - began;
  });
}
