import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { z } from 'zod';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const nanos = z.string().regex(/^\d{19}$/);
const value = z.strictObject({
  stringValue: z.string().optional(),
  intValue: z.union([z.int(), z.string().regex(/^-?\d+$/)]).optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }).optional(),
});
const attributes = z.array(z.strictObject({ key: z.string(), value }));

/** @source opentelemetry-proto 1.x, `ExportTraceServiceRequest` in the JSON encoding of OTLP/HTTP */
const body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          scope: z.object({ name: z.string() }),
          spans: z.array(
            z.object({
              traceId: hex(32),
              spanId: hex(16),
              parentSpanId: hex(16).optional(),
              name: z.string(),
              kind: z.int().min(1).max(5),
              startTimeUnixNano: nanos,
              endTimeUnixNano: nanos,
              attributes,
              status: z.object({ code: z.int().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

type Span = z.output<typeof body>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];
/** A span as it arrived, and whose it is. */
export type Gathered = Span & { readonly service: string };

/** A collector on this machine that checks what it is sent. */
export interface TraceCollector {
  readonly url: string;
  readonly spans: Gathered[];
  /** Path and headers of every message. */
  readonly asked: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[];
  /** What did not fit. */
  readonly problems: string[];
  /** Status it answers with. */
  status: number;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const server = createServer(async (request, response) => {
    collector.asked.push({ path: request.url, headers: request.headers });
    const text = await read(request);
    if (collector.status === 200) gather(text);
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
  });
  const gather = (text: string) => {
    const taken = body.safeParse(JSON.parse(text));
    if (!taken.success) collector.problems.push(`${taken.error}\n${text.slice(0, 2_000)}`);
    for (const { resource, scopeSpans } of taken.data?.resourceSpans ?? []) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { spans } of scopeSpans) collector.spans.push(...spans.map((span) => ({ ...span, service })));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const collector: TraceCollector = {
    url: `http://127.0.0.1:${port}`,
    spans: [],
    asked: [],
    problems: [],
    status: 200,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
