import type { Readable } from 'node:stream';

/** Where a request goes: the address that was checked, and the name it was checked for. */
export type Destination = {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** What the receiver takes it for: the name, and a port that is not the usual one. */
  readonly authority: string;
  readonly path: string;
  readonly tls: boolean;
};

/** A request on its way. */
export type Outgoing = {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

/** What came back, its body still as it was sent. */
export type Incoming = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
};

/** Opens a connection to exactly this address, and to no other. @throws Error when nobody answers there */
export type Connect = (to: Destination, request: Outgoing, signal: AbortSignal) => Promise<Incoming>;

/** All addresses of a name. @throws Error when there are none */
export type Resolve = (host: string) => Promise<readonly string[]>;
