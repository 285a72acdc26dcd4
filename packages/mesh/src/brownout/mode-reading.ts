import { isRecord } from '@seedcore/protocol';
import { type Brownout, isBrownoutLevel } from './brownout.ts';

const decoder = new TextDecoder();

/** What energy's mode record says about shedding; undefined when it says nothing that can be used. */
export function modeReading(value: Uint8Array): Brownout | undefined {
  const record = parsed(decoder.decode(value));
  if (!isRecord(record)) return undefined;
  const level = record['brownout_level'];
  return isBrownoutLevel(level) ? { level, recovering: record['mode'] === 'RECOVERY' } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
