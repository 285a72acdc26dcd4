/** A body that waits in the object store while this travels in its place. */
export type PayloadRef = {
  readonly bucket: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
};

const GRAMMAR = /^([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64});size=(\d{1,10});sha256=([0-9a-f]{64})$/;

/** Reads `Sc-Ref`: `<bucket>/<name>;size=<n>;sha256=<hex>`; undefined when it is malformed. */
export function parsePayloadRef(text: string): PayloadRef | undefined {
  const [, bucket, name, size, sha256] = GRAMMAR.exec(text) ?? [];
  if (bucket === undefined || name === undefined || sha256 === undefined) return undefined;
  return { bucket, name, size: Number(size), sha256 };
}

/** The `Sc-Ref` header of a reference. */
export const formatPayloadRef = ({ bucket, name, size, sha256 }: PayloadRef): string =>
  `${bucket}/${name};size=${size};sha256=${sha256}`;
