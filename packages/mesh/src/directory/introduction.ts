import { isToken } from '@seedcore/protocol';
import type { MicroInfo } from './micro-info.ts';

/** What an instance says about itself on `$SRV.INFO`, as far as callers care. */
export type Introduction = {
  readonly id: string;
  readonly version: string;
  readonly contract: string | undefined;
  readonly speaksMsgpack: boolean;
  /** It listens on a subject of its own; workers in other languages need not. */
  readonly addressable: boolean;
};

/** The instance behind an INFO answer; undefined when it serves another namespace. */
export function introductionOf(info: MicroInfo, ns: string): Introduction | undefined {
  const prefix = `${ns}.svc.${info.name}.`;
  if (!info.endpoints.some(({ subject }) => subject.startsWith(prefix))) return undefined;
  const codecs = (info.metadata['sc.codec'] ?? 'json').split(',');
  return {
    id: info.id,
    version: info.version,
    contract: info.metadata['sc.contract'],
    speaksMsgpack: codecs.includes('msgpack'),
    addressable: info.metadata['sc.inst'] === '1' && isToken(info.id),
  };
}
