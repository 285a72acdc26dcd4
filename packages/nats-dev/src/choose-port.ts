import { createServer } from 'node:net';
import { type Greeting, readGreeting } from './greeting.ts';

/** A port cannot be used; the message says who has it and what to do. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;
  readonly by: 'nats' | 'other';

  constructor(port: number, by: 'nats' | 'other', options?: ErrorOptions) {
    super(takenText(port, by), options);
    this.port = port;
    this.by = by;
  }
}

function takenText(port: number, by: 'nats' | 'other'): string {
  if (by === 'other')
    return `port ${port} is taken by something that is not a NATS server; free it or choose another port`;
  return (
    `port ${port} is taken by a NATS server; use it with NATS_URL=nats://127.0.0.1:${port}, ` +
    'or stop it, or choose another port'
  );
}

/** Which port is wanted, and whether another will do. */
export interface PortWish {
  readonly port: number;
  /** True when somebody asked for this very port. */
  readonly strict: boolean;
}

/** What the choice needs to know about a port. */
export interface PortProbe {
  isFree(port: number): Promise<boolean>;
  /** Who listens on a port that is not free. */
  holder(port: number): Promise<'nats' | 'other'>;
}

const portsTried = 50;

/**
 * The port to listen on: the wished one, else, when something other than NATS has it, the next free one.
 *
 * @throws PortTaken when a NATS server has the port, or anybody has one that was asked for strictly
 */
export async function choosePort({ port, strict }: PortWish, probe: PortProbe): Promise<number> {
  for (let candidate = port; candidate < Math.min(port + portsTried, 65_536); candidate++) {
    if (await probe.isFree(candidate)) return candidate;
    const by = await probe.holder(candidate);
    if (strict || (by === 'nats' && candidate === port)) throw new PortTaken(candidate, by);
  }
  throw new PortTaken(port, 'other');
}

/** Looks at the ports of this machine's loopback address. */
export const loopbackPorts: PortProbe = {
  isFree: (port) =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
    }),
  holder: async (port) => {
    const greeting: Greeting = await readGreeting(`127.0.0.1:${port}`, 1000).catch(() => ({ kind: 'other' }));
    return greeting.kind;
  },
};
