import type { MicroInfo } from './micro-info.ts';

/** Most instances of one service that are remembered. */
export const MAX_INSTANCES = 256;
/** Refreshes an instance may miss before it is forgotten: one lost answer is no departure. */
const MISSES = 2;

/** One instance of a service, as far as callers care. */
export type Instance = {
  readonly id: string;
  readonly version: string;
  readonly contract: string | undefined;
  readonly speaksMsgpack: boolean;
  /** Refreshes in a row that it did not answer. */
  readonly missed: number;
};

/** Instances by service and id. */
export type Instances = ReadonlyMap<string, ReadonlyMap<string, Instance>>;

/** What may change the picture. */
export type DirectoryEvent =
  | { readonly kind: 'refreshed'; readonly service: string; readonly found: readonly Instance[] }
  | { readonly kind: 'no_responder'; readonly service: string; readonly instance: string };

/** The picture after `event`; pure. */
export function instancesStep(before: Instances, event: DirectoryEvent): Instances {
  const known = before.get(event.service) ?? new Map<string, Instance>();
  const after = event.kind === 'refreshed' ? refreshed(known, event.found) : without(known, event.instance);
  return new Map(before).set(event.service, after);
}

/** True when every known instance of a service reads MessagePack, or the one that is asked for does. */
export function allSpeakMsgpack(instances: Instances, service: string, instance?: string): boolean {
  const known = instances.get(service);
  if (known === undefined || known.size === 0) return false;
  if (instance !== undefined) return known.get(instance)?.speaksMsgpack ?? false;
  return [...known.values()].every((one) => one.speaksMsgpack);
}

/** The instance behind an INFO answer; undefined when it serves another namespace. */
export function instanceOf(info: MicroInfo, ns: string): Instance | undefined {
  const prefix = `${ns}.svc.${info.name}.`;
  if (!info.endpoints.some(({ subject }) => subject.startsWith(prefix))) return undefined;
  const codecs = (info.metadata['sc.codec'] ?? 'json').split(',');
  return {
    id: info.id,
    version: info.version,
    contract: info.metadata['sc.contract'],
    speaksMsgpack: codecs.includes('msgpack'),
    missed: 0,
  };
}

function refreshed(known: ReadonlyMap<string, Instance>, found: readonly Instance[]) {
  const after = new Map(found.slice(0, MAX_INSTANCES).map((one) => [one.id, one]));
  for (const [id, one] of known)
    if (!after.has(id) && one.missed + 1 < MISSES && after.size < MAX_INSTANCES)
      after.set(id, { ...one, missed: one.missed + 1 });
  return after;
}

function without(known: ReadonlyMap<string, Instance>, id: string) {
  return new Map([...known].filter(([other]) => other !== id));
}
