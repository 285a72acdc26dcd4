// biome-ignore lint/correctness/noUndeclaredDependencies: the very copy that protocol encodes with
import { Packr } from 'msgpackr';

/** Bytes and values, as the library's users write it. */
export type RawCodec = {
  readonly encode: (value: unknown) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
};

const packr = new Packr({ useRecords: false });
const toBytes = new TextEncoder();
const toText = new TextDecoder();

/** Without limits, checks or canonical order. */
export const rawCodecs = {
  json: {
    encode: (value) => toBytes.encode(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(toText.decode(bytes)),
  },
  msgpackr: { encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) },
} as const satisfies Record<string, RawCodec>;
/** One of them. */
export type RawCodecName = keyof typeof rawCodecs;
