import { createServer } from 'node:net';

/** Below what systems hand out by themselves, so that no connection made meanwhile takes a port that is still to be used. */
const FIRST = 20_000;
const COUNT = 12_000;
const TRIES = 100;

/** A port nobody listens on at present. */
export async function freePort(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error('no port');
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
