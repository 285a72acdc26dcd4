import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Where skills charge, and wait at a gate. It counts every charge it is asked for and knows no keys: it would take one
 * twice. Every second charge is answered only when the gate opens, so that nobody can know yet whether it was taken.
 */
export class Desk {
  readonly charges = new Map<string, number>();
  readonly #server = createServer((request, response) => this.#serve(request, response));
  #held: ServerResponse[] = [];
  #open = false;

  static async listen(): Promise<Desk> {
    const desk = new Desk();
    desk.#server.listen(0, '127.0.0.1');
    await once(desk.#server, 'listening');
    return desk;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the desk listens nowhere');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Skills that are waiting here, at the gate or for the answer to a charge. */
  get waiting(): number {
    return this.#held.length;
  }

  /** From now on nobody gets past it. */
  close(): void {
    this.#open = false;
  }

  /** Lets everybody pass, from now on. */
  open(): void {
    this.#open = true;
    for (const response of this.#held.splice(0)) response.end('1');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const [, what, key = ''] = url.split('/');
    const known = this.charges.get(key) ?? 0;
    if (what === 'charge' && method === 'POST') {
      this.charges.set(key, known + 1);
      if (this.charges.size % 2 === 0) response.end('1');
      else this.#hold(response);
    } else if (what === 'charge') response.writeHead(known === 0 ? 404 : 200).end(String(known));
    else this.#hold(response);
  }

  #hold(response: ServerResponse): void {
    if (this.#open) response.end('1');
    else this.#held.push(response);
    response.once('close', () => {
      this.#held = this.#held.filter((one) => one !== response);
    });
  }
}
