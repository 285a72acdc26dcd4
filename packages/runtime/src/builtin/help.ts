import { type Endpoint, exampleOf, type Service, type Subjects, subjects, wireName } from '@seedcore/protocol';

/** The `nats` CLI waits this long unless told otherwise, in ms. */
const CLI_TIMEOUT_MS = 5_000;

/** What a service does, as text whose commands can be pasted. */
export function helpText(contract: Service, ns: string): string {
  const s = subjects(ns);
  const lines = [`${contract.name} ${contract.version} (${ns}): ${contract.doc}`];
  for (const [key, endpoint] of Object.entries(contract.endpoints))
    lines.push(...endpointLines(contract.name, key, { endpoint, s }));
  lines.push(
    `every service answers: help, schema, health, info`,
    `    ${request(s.endpoint(contract.name, 'health'), '')}`,
  );
  lines.push(...eventLines(contract, ns));
  return `${lines.join('\n')}\n`;
}

function eventLines({ name, events }: Service, ns: string): string[] {
  const all = Object.entries(events);
  if (all.length === 0) return [];
  const each = all.map(([key, { doc, kind }]) => `  ${wireName(key)}  ${doc} [${kind}]`);
  return [`events: nats sub '${ns}.evt.${name}.>'`, ...each];
}

function endpointLines(service: string, key: string, { endpoint, s }: { endpoint: Endpoint; s: Subjects }): string[] {
  const name = wireName(key);
  const { idempotent, stream, replays, oneway, deadlineMs } = endpoint;
  const traits = [
    ...(idempotent ? ['idempotent'] : []),
    ...(replays ? ['once per Idempotency-Key'] : []),
    ...(stream === undefined ? [] : ['streams']),
    ...(oneway ? ['oneway'] : []),
    `${deadlineMs} ms`,
  ].join(', ');
  const body = JSON.stringify(exampleOf(endpoint.input));
  const command = request(s.endpoint(service, name), body === '{}' ? '' : body, endpoint.deadlineMs);
  return [`  ${name}  ${endpoint.doc} [${traits}]`, `    ${command}`];
}

/** A quote would end the argument in every shell; its JSON escape does not. */
function request(subject: string, body: string, deadlineMs = 0): string {
  const patience = deadlineMs > CLI_TIMEOUT_MS ? ` --timeout ${Math.ceil(deadlineMs / 1000)}s` : '';
  return `nats req ${subject} '${body.replaceAll("'", '\\u0027')}'${patience}`;
}
