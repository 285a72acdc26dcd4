import { MAX_CREDIT } from '../limits.ts';

/** `data` is an item, `end` the final output, `error` how it failed instead, `beat` a sign of life. */
export type FrameKind = 'data' | 'end' | 'error' | 'beat';

/** Where a reply stands in its stream; `seq` counts data, end and error from 0, a beat repeats the last (0 at first). */
export type StreamFrame = { readonly seq: number; readonly kind: FrameKind };

/** Reads `Sc-Frame`: `<seq> <data|end|error|beat>`; undefined when it is malformed. */
export function parseStreamFrame(text: string): StreamFrame | undefined {
  const [, seq, kind] = /^(\d{1,15}) (data|end|error|beat)$/.exec(text) ?? [];
  return seq !== undefined && isFrameKind(kind) ? { seq: Number(seq), kind } : undefined;
}

/** The `Sc-Frame` header of a frame. */
export const formatStreamFrame = ({ seq, kind }: StreamFrame): string => `${seq} ${kind}`;

/** True for the frames a reader can be asked to let through at once: 1 to 256. */
export const isCredit = (credit: number): boolean => Number.isInteger(credit) && credit >= 1 && credit <= MAX_CREDIT;

const isFrameKind = (kind: string | undefined): kind is FrameKind =>
  kind === 'data' || kind === 'end' || kind === 'error' || kind === 'beat';
