import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { recommendedVersion } from '@seedcore/nats-dev';

const version = recommendedVersion.join('.');
const machine = process.arch === 'x64' ? 'amd64' : process.arch;
const name = `nats-server-v${version}-${process.platform}-${machine}`;

/** The certificate the site shows, for NODE_EXTRA_CA_CERTS. */
export const certificate = new URL('./certificate/localhost.crt', import.meta.url);

/** Something that listens, where, and what it was asked. */
export interface Listening {
  readonly port: number;
  readonly asked: string[];
  close(): void;
}

/** Packs a program the way releases are packed. */
export function releaseOf(program: Uint8Array): { archive: Buffer; sums: string } {
  const header = Buffer.alloc(512);
  header.write(`${name}/nats-server`, 0);
  header.write(`${program.length.toString(8).padStart(11, '0')}\0`, 124);
  const padding = Buffer.alloc(512 - (program.length % 512));
  const archive = gzipSync(Buffer.concat([header, program, padding]), { level: 1 });
  return { archive, sums: `${createHash('sha256').update(archive).digest('hex')}  ${name}.tar.gz\n` };
}

/** Serves a release over TLS, archives behind a redirect as the real site has it. */
export async function releaseSite(release: { archive: Buffer; sums: string }): Promise<Listening> {
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url ?? '');
    if (request.url === `/v${version}/SHA256SUMS`) return response.end(release.sums);
    if (request.url === `/v${version}/${name}.tar.gz`) return response.writeHead(302, { location: '/blob' }).end();
    if (request.url === '/blob') return response.end(release.archive);
    return response.writeHead(404).end();
  };
  const key = readFileSync(new URL('./certificate/localhost.key', import.meta.url));
  return listen(createHttps({ key, cert: readFileSync(certificate) }, answer), asked);
}

/** A proxy that knows nothing but CONNECT and wants the user `ada`. */
export async function connectProxy(): Promise<Listening> {
  const asked: string[] = [];
  const proxy = createHttp((_, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.method} ${request.url}`);
    const wanted = `Basic ${Buffer.from('ada:pass').toString('base64')}`;
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return listen(proxy, asked);
}

async function listen(server: Server, asked: string[]): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port, asked, close };
}
