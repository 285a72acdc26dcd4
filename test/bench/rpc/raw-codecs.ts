import { createRequire } from 'node:module';

/** Bytes and values, as the library's users write it. */
export type RawCodec = {
  readonly encode: (value: unknown) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
};

/** The part of msgpackr that is used. */
type Msgpackr = { readonly Packr: new (options: { readonly useRecords: boolean }) => Packer };
type Packer = { pack(value: unknown): Uint8Array; unpack(bytes: Uint8Array): unknown };

/** The very copy that `protocol` encodes with. */
const { Packr }: Msgpackr = createRequire(import.meta.resolve('@seedcore/protocol'))('msgpackr');
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
