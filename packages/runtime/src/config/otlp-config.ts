import { sensitive } from '@seedcore/protocol';
import { z } from 'zod';

/** Of the traces that begin here, how many are recorded where nothing is said. */
const DEFAULT_RATIO = 0.01;

/** The address may hold a password, and the problem must not show it. */
const endpoint = z
  .string()
  .refine((text) => /^https?:$/.test(protocolOf(text)), 'must be a URL that begins with http:// or https://');

/** @source OpenTelemetry specification, "Specifying headers via environment variables" */
const headers = z.string().transform((text, context) => {
  const pairs = text.split(',').map(readPair);
  if (pairs.every((pair) => pair !== undefined)) return Object.fromEntries(pairs);
  context.addIssue({ code: 'custom', message: 'must be key=value pairs with commas between them, percent-encoded' });
  return z.NEVER;
});

/** Where spans go, if anywhere; the names are OpenTelemetry's. */
export const otlpConfig = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: sensitive(endpoint).optional().describe('absent: nothing is traced'),
  OTEL_EXPORTER_OTLP_HEADERS: sensitive(headers).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(DEFAULT_RATIO),
});

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

/** A name of a header is a token of RFC 9110; a line break in a value would be another header. */
function readPair(text: string): readonly [string, string] | undefined {
  const [, name, encoded = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  const value = decoded(encoded);
  return name === undefined || value === undefined || /[\r\n\0]/.test(value) ? undefined : [name, value];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
