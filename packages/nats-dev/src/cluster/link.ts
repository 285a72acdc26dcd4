import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { until } from '../clock-node.ts';

/** Longest wait of a connection for a server that is not there yet, in ms. */
const targetMs = 5000;
const GONE = -1;

/** One way from one server to another that can be cut and healed without either of them hearing of it. */
export interface Link {
  /** Where to connect, `127.0.0.1:<port>`. */
  readonly address: string;
  /** From now on bytes stay where they are, in both directions, and new connections hear nothing. */
  cut(): void;
  /** What waited goes on, as TCP does when a broken cable is mended. */
  heal(): void;
  close(): void;
}

/**
 * Opens a byte tunnel on a port of its own. Nothing is buffered beyond what sockets hold: a cut link does not read.
 *
 * @param target asked at each connection for the port on 127.0.0.1; a connection waits for one, 5 s at most
 */
export async function openLink(target: () => number | undefined): Promise<Link> {
  const tunnels = new Set<Tunnel>();
  let isCut = false;
  let isClosed = false;
  const accept = async (near: Socket) => {
    near.on('error', () => undefined); // followed by 'close'
    const port = await until(async () => (near.destroyed || isClosed ? GONE : target()), targetMs);
    if (port === undefined || port === GONE || near.destroyed) return void near.destroy();
    const tunnel = new Tunnel(near, port);
    tunnels.add(tunnel);
    near.once('close', () => tunnels.delete(tunnel));
    if (!isCut) tunnel.open();
  };
  const server = createServer({ pauseOnConnect: true }, (near) => void accept(near));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const set = (cut: boolean) => {
    if (isCut === cut) return;
    isCut = cut;
    for (const tunnel of tunnels) cut ? tunnel.hold() : tunnel.open();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => set(true),
    heal: () => set(false),
    close: () => {
      isClosed = true;
      server.close();
      for (const tunnel of tunnels) tunnel.end();
    },
  };
}

/** Two sockets whose bytes flow into each other while the tunnel is open. */
class Tunnel {
  readonly #near: Socket;
  readonly #port: number;
  #far: Socket | undefined;
  #held = true;

  constructor(near: Socket, port: number) {
    this.#near = near;
    this.#port = port;
    this.#endWith(near);
  }

  /** Lets bytes flow; connects on first use. A side that left meanwhile is missed only now. */
  open(): void {
    this.#held = false;
    this.#far ??= this.#dial();
    if (this.#near.destroyed || this.#far.destroyed) this.end();
    else this.#near.pipe(this.#far).pipe(this.#near);
  }

  hold(): void {
    this.#held = true;
    if (this.#far === undefined) return;
    for (const [from, to] of [
      [this.#near, this.#far],
      [this.#far, this.#near],
    ] as const)
      from.unpipe(to).pause();
  }

  end(): void {
    this.#near.destroy();
    this.#far?.destroy();
  }

  #dial(): Socket {
    const far = connect(this.#port, '127.0.0.1');
    this.#endWith(far);
    return far;
  }

  /** When one side is gone so is the other, unless the cut keeps the news from it. */
  #endWith(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (!this.#held) this.end();
    });
  }
}
