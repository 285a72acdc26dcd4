import { headerNames, jsonCodec } from '@seedcore/protocol';
import type { ServiceControls } from '@seedcore/runtime/testing';
import { Exchange } from './exchange.ts';
import { mustBe, mustBeHonest } from './honest-answer.ts';
import { moved, pass, type Subject, type Work } from './work.ts';

/** What a handler may go on after its deadline, in ms (invariant M1 of the mesh). */
const GRACE_MS = 50;

/** Checks of an endpoint that is called late, cancelled, and twice. */
export const timingWorks: readonly (readonly [string, Work])[] = [
  ['no time left', (service, subject) => late(service, subject)],
  ['a deadline that passes while it works', (service, subject) => overtaken(service, subject)],
  ['cancelled at once', (service, subject) => cancelled(service, subject)],
  ['delivered twice', (service, subject) => deliveredTwice(service, subject)],
  ['asked twice with one idempotency key', (service, subject) => askedTwice(service, subject)],
];

async function late(service: ServiceControls, subject: Subject): Promise<void> {
  const exchange = new Exchange(service, subject);
  exchange.send({ [headerNames.deadlineMs]: '0' });
  await moved(service, pass(service, GRACE_MS));
  mustHaveReplies(exchange, 1);
  for (const reply of exchange.replies) mustBe(reply, jsonCodec, ['deadline_exceeded']);
}

/** One answer by the deadline, whatever the handler does, and none when it ends at last. */
async function overtaken(service: ServiceControls, subject: Subject): Promise<void> {
  const { endpoint } = subject;
  const budgetMs = (endpoint.floorMs ?? 0) + 1;
  const exchange = new Exchange(service, subject);
  exchange.send({ [headerNames.deadlineMs]: String(budgetMs) });
  await moved(service, pass(service, budgetMs + GRACE_MS));
  mustHaveReplies(exchange, 1);
  for (const reply of exchange.replies) mustBeHonest(reply, jsonCodec, endpoint);
  mustBeIdle(service, subject, `${GRACE_MS} ms after its deadline`);
  await moved(service, pass(service, endpoint.deadlineMs));
  mustHaveReplies(exchange, 1);
}

/** It may be over before the cancel arrives; what must not happen is a late answer or a handler that goes on for ever. */
async function cancelled(service: ServiceControls, subject: Subject): Promise<void> {
  const exchange = new Exchange(service, subject);
  exchange.send();
  await moved(service, pass(service, 0));
  const before = exchange.replies.length;
  exchange.cancel();
  exchange.cancel();
  await moved(service, pass(service, subject.endpoint.deadlineMs));
  mustBeIdle(service, subject, `${subject.endpoint.deadlineMs} ms after its cancel`);
  mustHaveReplies(exchange, before);
}

/** A network that repeats a message gets a reply for each; which one counts is the caller's business. */
async function deliveredTwice(service: ServiceControls, subject: Subject): Promise<void> {
  const exchange = new Exchange(service, subject);
  exchange.send();
  exchange.send();
  await moved(service, pass(service, subject.endpoint.deadlineMs + GRACE_MS));
  mustHaveReplies(exchange, 2);
  for (const reply of exchange.replies) mustBeHonest(reply, jsonCodec, subject.endpoint);
}

async function askedTwice(service: ServiceControls, subject: Subject): Promise<void> {
  for (const exchange of [new Exchange(service, subject), new Exchange(service, subject)]) {
    exchange.send({ [headerNames.idempotencyKey]: 'conformance-1' });
    await moved(service, pass(service, subject.endpoint.deadlineMs + GRACE_MS));
    mustHaveReplies(exchange, 1);
    for (const reply of exchange.replies) mustBeHonest(reply, jsonCodec, subject.endpoint);
  }
}

function mustHaveReplies({ replies }: Exchange, wanted: number): void {
  if (replies.length !== wanted) throw new Error(`${replies.length} replies instead of ${wanted}`);
}

function mustBeIdle(service: ServiceControls, { service: owner, name }: Subject, when: string): void {
  if (service.inFlight() > 0) throw new Error(`${owner}.${name} still runs ${when}`);
}
