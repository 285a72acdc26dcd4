import { energy } from '@seedcore/contracts';
import {
  DEFAULT_MAX_BYTES,
  exampleOf,
  inputSchema,
  isRecord,
  jsonCodec,
  msgpackCodec,
  subjects,
  wireHeaders,
} from '@seedcore/protocol';
import {
  type BadCase,
  inputsOf,
  misfits,
  mustRefuse,
  type Place,
  placesOf,
  provoke,
  reaches,
  trappedService,
  typed,
  verdictOn,
  withObject,
} from '@seedcore/testkit';
import { describe, expect, test } from 'vitest';
import { atEach, casesVia, everyEndpoint, type Target, targetsFor } from './corpus.ts';

const targets = everyEndpoint();
/** Made once: hundreds of cases are sent with each. */
const examples = new Map(targets.map((target) => [target, jsonCodec.encode(exampleOf(target.endpoint.input))]));
const example = (target: Target) => examples.get(target) ?? new Uint8Array();

describe('at every endpoint of every service, the body', () => {
  test.each(casesVia('json', 'msgpack'))('$via: $name', async (one) => {
    for (const body of inputsOf(one, LIMITS))
      await atEach(targetsFor(targets, body.length), (target) => bodyAt(one, body, target));
  });
});

/** Every endpoint has the same limit at present; one with another would be sent what its neighbours are sent. */
const LIMITS = { maxBytes: DEFAULT_MAX_BYTES };

/** What the decoder takes is for the contract to judge: an endpoint without required fields takes an empty object. */
async function bodyAt({ via, expect: expected }: BadCase, body: Uint8Array, target: Target): Promise<void> {
  const { service, name, endpoint } = target;
  const codec = via === 'json' ? jsonCodec : msgpackCodec;
  const sent = { name, body, headers: typed(codec) };
  if (body.length > endpoint.maxBytes) return void (await provoke(service, sent, { code: 'bad_request', field: '' }));
  if (expected.code === 'bad_request') return void (await provoke(service, sent, expected));
  const verdict = verdictOn(endpoint, codec, body);
  if (verdict.fields.length === 0) await reaches(service, sent);
  else mustBeOneOf((await provoke(service, sent, anywhere)).details, verdict.fields);
}

const anywhere = { code: 'bad_request' };

function mustBeOneOf(details: unknown, fields: readonly string[]): void {
  expect(fields).toContain(isRecord(details) ? details['field'] : details);
}

describe('at every endpoint of every service, in every place that takes text', () => {
  test.each(casesVia('text'))('$name', async (one) => {
    for (const text of textsOf(one))
      await atEach(targetsFor(targets, text.length), (target) => textAt(one, text, target));
  });
});

/** The pattern of what becomes a token of a subject, or a key. */
const TOKEN_PATTERN = '^[A-Za-z0-9_-]{1,64}$';

/** Read off the contract once. */
const textPlaces = new Map(
  targets.map((target) => {
    const schema = inputSchema(target.endpoint.input);
    return [target, isRecord(schema) ? placesOf(schema).filter(({ node }) => node['type'] === 'string') : []];
  }),
);

async function textAt(one: BadCase, text: string, target: Target): Promise<void> {
  for (const place of textPlaces.get(target) ?? []) await textIn(place, { one, text, target });
}

/** Half a surrogate pair has no bytes of its own, so a written text is taken as it is. */
const textsOf = (one: BadCase): readonly string[] =>
  typeof one.value === 'string' ? [one.value] : inputsOf(one, LIMITS).map((bytes) => Buffer.from(bytes).toString());

type TextSent = { readonly one: BadCase; readonly text: string; readonly target: Target };

async function textIn({ node, put, field, union }: Place, { one, text, target }: TextSent): Promise<void> {
  const { service, name, endpoint } = target;
  const body = jsonCodec.encode(put(text));
  const verdict = verdictOn(endpoint, jsonCodec, body);
  const isToken = node['pattern'] === TOKEN_PATTERN;
  const refused = isToken && union === undefined ? one.expect.code === 'bad_request' : misfits(node, text).length > 0;
  if (refused && union === undefined) await provoke(service, { name, body }, { code: 'bad_request', field });
  else if (verdict.fields.length === 0) await reaches(service, { name, body });
  else mustBeOneOf((await provoke(service, { name, body }, anywhere)).details, verdict.fields);
}

describe('at every endpoint of every service, the headers', () => {
  test.each(casesVia('headers'))('$name', (one) => atEach(targets, (target) => headersAt(one, target)));
});

async function headersAt(one: BadCase, target: Target): Promise<void> {
  const { contract, service, name, endpoint } = target;
  const body = example(target);
  const { payloads, ns } = service.mesh;
  const place = { payloads, ns, wait: { until: Number.POSITIVE_INFINITY }, example: body, maxBytes: endpoint.maxBytes };
  await withObject(one, place, async (pairs) => {
    const headers = pairs.map(([key, value]) => [key, value.replace('<service>', contract.name)] as const);
    if (one.expect.code === 'ok') await reaches(service, { name, body, headers });
    else await provoke(service, { name, body, headers }, one.expect);
  });
}

describe('at every endpoint of every service, nothing at all is published for', () => {
  test.each(casesVia('reply'))('$name', (one) => atEach(targets, (target) => replyAt(one, target)));
});

async function replyAt({ value, expect: { code } }: BadCase, target: Target): Promise<void> {
  const { contract, service, name } = target;
  const { bus } = service.mesh.transport;
  const published: string[] = [];
  const stop = bus.add({ ...LISTENING, deliver: ({ subject }) => published.push(subject) });
  const [ran, dropped] = [service.ran(), service.dropped.length];
  const subject = subjects('test').endpoint(contract.name, name);
  bus.publish({
    subject,
    reply: filled(value, target),
    headers: wireHeaders([]),
    data: example(target),
    status: undefined,
  });
  await bus.settled();
  await bus.settled();
  stop();
  expect(code).toBe('dropped');
  expect(published).toEqual([subject]);
  expect([service.ran(), service.dropped.length]).toEqual([ran, dropped + 1]);
}

/** What hears everything. */
const LISTENING = { owner: () => 'spy', subject: '>', queue: undefined, connected: () => true, accepts: () => true };

/** The names a case leaves open. */
function filled(value: unknown, { contract, name, service }: Target): string {
  return String(value)
    .replaceAll('<ns>', 'test')
    .replaceAll('<service>', contract.name)
    .replaceAll('<endpoint>', name)
    .replaceAll('<ENDPOINT>', name.toUpperCase())
    .replaceAll('<instance>', service.instance);
}

describe('at every instance, a subject:', () => {
  test.each(casesVia('subject'))('$name', (one) =>
    atEach(targetsFor(targets, LARGE), (target) => subjectAt(one, target)),
  );
});

const LARGE = Number.POSITIVE_INFINITY;

async function subjectAt({ value, expect: expected }: BadCase, target: Target): Promise<void> {
  const { service } = target;
  const subject = filled(value, target);
  const ran = service.ran();
  const reply = await service.requestAt(subject, example(target));
  if (expected.code === 'no_responder') expect([reply.code, reply.data.length]).toEqual([503, 0]);
  else mustRefuse(reply, { expected, sent: subject });
  expect(service.ran()).toBe(ran);
}

describe('our own client does not send, and says why:', () => {
  test.each(casesVia('publish', 'group'))('$via: $name', ({ via, value, expect: expected }) => {
    const { mesh } = targets[0]?.service ?? trappedService(energy);
    const send = () =>
      via === 'publish'
        ? mesh.transport.publish(String(value), new Uint8Array(0))
        : mesh.subscribe(energy, 'mode_changed', () => undefined, { group: String(value) });
    expect(send).toThrow(
      expect.objectContaining({
        code: expected.code,
        sent: false,
        details: expect.objectContaining({ field: expected.field }),
      }),
    );
  });
});
