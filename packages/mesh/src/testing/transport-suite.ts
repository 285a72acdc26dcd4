import { deepEqual, equal, notEqual, ok, rejects, throws } from 'node:assert/strict';
import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import type { ClosableTransport } from '../transport/closable.ts';
import type { WireMessage } from '../transport/transport.ts';

/** Where the cases run: any number of connections to one bus. */
export type TransportBed = { open(): Promise<ClosableTransport> };

/** One promise of the transport port, checked on a bed. */
export type TransportCase = { readonly name: string; run(bed: TransportBed): Promise<void> };

const text = (message: WireMessage | undefined): string => new TextDecoder().decode(message?.data);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Everything published on one connection has reached the others. */
async function settle(...transports: readonly ClosableTransport[]): Promise<void> {
  for (const transport of transports) await transport.flush();
}

const refused = (code: MeshErrorCode) => (error: unknown) =>
  error instanceof MeshError && error.code === code && !error.sent;

/** A prefix no other case uses. */
let used = 0;
function fresh(): string {
  used += 1;
  return `suite.${used}`;
}

/** Every promise of the transport port; one list for all implementations. */
export const transportCases: readonly TransportCase[] = [
  {
    name: 'a message reaches every subscriber, with its reply subject and headers',
    async run(bed) {
      const [one, other] = [await bed.open(), await bed.open()];
      const subject = fresh();
      const seen: WireMessage[] = [];
      one.subscribe(subject, (message) => seen.push(message));
      other.subscribe(subject, (message) => seen.push(message));
      await settle(one, other);
      one.publish(subject, bytes('hello'), {
        reply: 'a.b',
        headers: [
          ['Sc-Call', 'x'],
          ['Sc-Call', 'y'],
        ],
      });
      await settle(one, other);
      deepEqual(seen.map(text), ['hello', 'hello']);
      for (const { reply, headers, status } of seen) {
        equal(reply, 'a.b');
        deepEqual(headers.all('sc-call'), ['x', 'y']);
        equal(headers.get('absent'), undefined);
        equal(status, undefined);
      }
    },
  },
  {
    name: 'one member of a queue group gets a message',
    async run(bed) {
      const transports = [await bed.open(), await bed.open(), await bed.open()];
      const subject = fresh();
      const group: WireMessage[] = [];
      const watching: WireMessage[] = [];
      for (const one of transports) one.subscribe(subject, (message) => group.push(message), { queue: 'q' });
      transports[0]?.subscribe(subject, (message) => watching.push(message));
      await settle(...transports);
      for (let i = 0; i < 30; i++) transports[1]?.publish(subject, bytes(''));
      await settle(...transports.slice(1), ...transports);
      deepEqual([group.length, watching.length], [30, 30]);
    },
  },
  {
    name: 'wildcards stand for one token, or for the rest',
    async run(bed) {
      const transport = await bed.open();
      const base = fresh();
      const seen: string[] = [];
      transport.subscribe(`${base}.*`, ({ subject }) => seen.push(`* ${subject.slice(base.length)}`));
      transport.subscribe(`${base}.>`, ({ subject }) => seen.push(`> ${subject.slice(base.length)}`));
      transport.publish(base, bytes(''));
      transport.publish(`${base}.a`, bytes(''));
      transport.publish(`${base}.a.b`, bytes(''));
      await settle(transport);
      deepEqual(seen.toSorted(), ['* .a', '> .a', '> .a.b']);
    },
  },
  {
    name: 'messages of any size arrive in their order, up to the last one before the connection closes',
    async run(bed) {
      const [one, other] = [await bed.open(), await bed.open()];
      const subject = fresh();
      const seen: string[] = [];
      one.subscribe(subject, ({ data, headers }) => seen.push(`${data.length} ${headers.get('Sc-Call') ?? ''}`));
      await settle(one);
      const sizes = Array.from({ length: 300 }, (_, i) => [0, 700, 16_384, 20_000][i % 4] ?? 0);
      for (const [i, size] of sizes.entries())
        other.publish(subject, new Uint8Array(size), i % 3 === 0 ? { headers: [['Sc-Call', `${i}`]] } : {});
      await other.close();
      await settle(one);
      deepEqual(
        seen,
        sizes.map((size, i) => `${size} ${i % 3 === 0 ? i : ''}`),
      );
    },
  },
  {
    name: 'a request nobody listens to is answered with an empty 503',
    async run(bed) {
      const transport = await bed.open();
      const seen: WireMessage[] = [];
      transport.subscribe(`${transport.inbox}.suite.*`, (message) => seen.push(message));
      transport.publish(fresh(), bytes('anybody?'), { reply: `${transport.inbox}.suite.1` });
      await settle(transport, transport);
      deepEqual(
        seen.map(({ status, data }) => [status, data.length]),
        [[503, 0]],
      );
    },
  },
  {
    name: 'a handler that throws, or rejects, loses only its own message',
    async run(bed) {
      const transport = await bed.open();
      const subject = fresh();
      const seen: string[] = [];
      transport.subscribe(subject, (message) => {
        seen.push(text(message));
        if (text(message) === 'throw') throw new Error('thrown by a handler');
        if (text(message) === 'reject') return Promise.reject(new Error('rejected by a handler'));
        return undefined;
      });
      for (const content of ['throw', 'reject', 'after']) transport.publish(subject, bytes(content));
      await settle(transport, transport);
      deepEqual(seen, ['throw', 'reject', 'after']);
      equal(transport.state, 'up');
    },
  },
  {
    name: 'subjects the broker would hang up on, or that mean more than one, are refused and nothing is sent',
    async run(bed) {
      const transport = await bed.open();
      const subject = fresh();
      const seen: WireMessage[] = [];
      transport.subscribe(`${subject}.>`, (message) => seen.push(message));
      const wrong = [
        '',
        `${subject}.${'x'.repeat(1_100)}`,
        `${subject}.a b`,
        `${subject}.*`,
        `${subject}.>`,
        `${subject}..a`,
      ];
      for (const one of wrong) throws(() => transport.publish(one, bytes('')), refused('bad_request'));
      throws(() => transport.publish(`${subject}.a`, bytes(''), { reply: 'a\r\nPUB b 0' }), refused('bad_request'));
      await settle(transport, transport);
      deepEqual([seen.length, transport.state], [0, 'up']);
    },
  },
  {
    name: 'headers that would act in the broker, but for service errors, do not travel',
    async run(bed) {
      const transport = await bed.open();
      const subject = fresh();
      const seen: WireMessage[] = [];
      transport.subscribe(subject, (message) => seen.push(message));
      transport.publish(subject, bytes(''), {
        headers: [
          ['Nats-Msg-Id', '1'],
          ['nats-trace-dest', 'x'],
          ['Nats-Service-Error-Code', '400'],
          ['Sc-Attempt', '2'],
        ],
      });
      await settle(transport, transport);
      deepEqual(seen[0]?.headers.names().toSorted(), ['Nats-Service-Error-Code', 'Sc-Attempt']);
    },
  },
  {
    name: 'a header with a line break, or more headers than 4 KiB, are refused',
    async run(bed) {
      const transport = await bed.open();
      const send = (name: string, value: string) => () =>
        transport.publish(fresh(), bytes(''), { headers: [[name, value]] });
      throws(send('Sc-Call', 'a\r\nb'), refused('bad_request'));
      throws(send('Sc Call', 'a'), refused('bad_request'));
      throws(send('Sc-Call', 'a'.repeat(5_000)), refused('bad_request'));
      await settle(transport);
      equal(transport.state, 'up');
    },
  },
  {
    name: 'a message larger than the broker takes is refused',
    async run(bed) {
      const transport = await bed.open();
      ok(transport.maxPayload >= 65_536);
      throws(() => transport.publish(fresh(), new Uint8Array(transport.maxPayload + 1)), refused('bad_request'));
      await settle(transport);
      equal(transport.state, 'up');
    },
  },
  {
    name: 'a subscription that drains takes what is on its way and nothing later',
    async run(bed) {
      const transport = await bed.open();
      const subject = fresh();
      const seen: string[] = [];
      const subscription = transport.subscribe(subject, (message) => seen.push(text(message)));
      transport.publish(subject, bytes('before'));
      await subscription.drain();
      transport.publish(subject, bytes('after'));
      await settle(transport, transport);
      deepEqual(seen, ['before']);
      subscription.unsubscribe();
    },
  },
  {
    name: 'inboxes differ and are inboxes',
    async run(bed) {
      const [one, other] = [await bed.open(), await bed.open()];
      notEqual(one.inbox, other.inbox);
      for (const { inbox } of [one, other]) ok(/^_INBOX\.[A-Za-z0-9_-]+\.[a-z0-9]+$/.test(inbox), inbox);
    },
  },
  {
    name: 'messages of one connection arrive in their order, their bytes unchanged',
    async run(bed) {
      const [one, other] = [await bed.open(), await bed.open()];
      const subject = fresh();
      const seen: number[][] = [];
      other.subscribe(subject, ({ data }) => seen.push([...data]));
      await settle(other);
      const sent = Array.from({ length: 300 }, (_, i) => (i === 7 ? [] : [0, 255, 13, 10, i & 0xff]));
      for (const data of sent) one.publish(subject, Uint8Array.from(data));
      await settle(one, other);
      deepEqual(seen, sent);
    },
  },
  {
    name: 'a subscription that ended hears nothing, and a queue group goes on with its other members',
    async run(bed) {
      const [one, other] = [await bed.open(), await bed.open()];
      const subject = fresh();
      const seen: string[] = [];
      const leaving = one.subscribe(subject, () => seen.push('one'), { queue: 'q' });
      other.subscribe(subject, () => seen.push('other'), { queue: 'q' });
      await settle(one, other);
      leaving.unsubscribe();
      leaving.unsubscribe();
      await settle(one);
      for (let i = 0; i < 10; i++) one.publish(subject, bytes(''));
      await settle(one, other);
      deepEqual(seen, Array(10).fill('other'));
    },
  },
  {
    name: 'different queue groups on one subject get a copy each',
    async run(bed) {
      const transport = await bed.open();
      const subject = fresh();
      const seen: string[] = [];
      for (const queue of ['a', 'a', 'b']) transport.subscribe(subject, () => seen.push(queue), { queue });
      transport.publish(subject, bytes(''));
      await settle(transport, transport);
      deepEqual(seen.toSorted(), ['a', 'b']);
    },
  },
  {
    name: 'after close nothing can be sent, and everybody was told',
    async run(bed) {
      const transport = await bed.open();
      const states: string[] = [];
      transport.onState((state) => states.push(state));
      await transport.close();
      throws(() => transport.publish(fresh(), bytes('')), refused('not_connected'));
      throws(() => transport.subscribe(fresh(), () => undefined), refused('not_connected'));
      await rejects(transport.flush(), refused('not_connected'));
      await transport.close();
      deepEqual([states, transport.state], [['closed'], 'closed']);
    },
  },
];
