import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../asked-process.ts';
import type { PayloadName } from './payloads.ts';

/** A way to make calls: a server and a client, each a process of its own. */
export type Contender = {
  readonly name: string;
  readonly server: ProcessSpec;
  readonly client: ProcessSpec;
  /** Left out: all. */
  readonly payloads?: readonly PayloadName[];
};

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const rawServer: ProcessSpec = { script: here('main-raw-server.ts') };
const meshServer: ProcessSpec = { script: here('main-mesh-server.ts'), readyLine: '"msg":"ready"' };
const meshClient = (codec: string): ProcessSpec => ({ script: here('main-mesh-client.ts'), args: [codec] });
const rawClient = (...args: readonly string[]): ProcessSpec => ({ script: here('main-raw-client.ts'), args });
/** Calls an endpoint of the mesh as `nats req` does. */
const plainClient = (...args: readonly string[]): ProcessSpec =>
  rawClient('--subjects', JSON.stringify({ '300 B': 'bench.svc.bench.observation' }), ...args);

/** Always measured. */
export const ownContenders = [
  { name: 'raw JSON', server: rawServer, client: rawClient('--codec', 'json') },
  { name: 'raw msgpackr', server: rawServer, client: rawClient('--codec', 'msgpackr') },
  { name: 'lean JSON', server: rawServer, client: rawClient('--codec', 'json', '--lean'), payloads: ['300 B'] },
  { name: 'mesh JSON', server: meshServer, client: meshClient('json') },
  { name: 'mesh MessagePack', server: meshServer, client: meshClient('msgpack') },
  { name: 'plain JSON', server: meshServer, client: plainClient('--codec', 'json'), payloads: ['300 B'] },
  {
    name: 'plain MessagePack',
    server: meshServer,
    client: plainClient('--codec', 'msgpackr', '--type', 'application/msgpack'),
    payloads: ['300 B'],
  },
] as const satisfies readonly Contender[];

/** The same with one call in a hundred traced; in a namespace of its own, so that nobody else's calls are. */
export function tracedContender(collector: string): Contender {
  const env = { SEEDCORE_NS: 'traced', OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: '0.01' };
  return {
    name: 'mesh traced',
    server: { ...meshServer, env },
    client: { ...meshClient('msgpack'), env },
    payloads: ['300 B'],
  };
}

const peer = (name: string, file: string): Contender => ({
  name,
  server: { script: here(`../peers/${file}-server.mjs`) },
  client: { script: here(`../peers/${file}-client.mjs`) },
  payloads: ['300 B'],
});

/** Measured where they are installed; each with JSON. */
export const peerContenders: readonly Contender[] = [
  peer('Moleculer', 'main-moleculer'),
  peer('NestJS', 'main-nest'),
  peer('HTTP', 'main-http'),
];
