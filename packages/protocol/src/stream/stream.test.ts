import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inflow, MAX_CREDIT, Outflow, type StreamFrame } from '../index.ts';

/** What happens next on the way between a writer and its reader. */
type Move = 'write' | 'arrive' | 'read' | 'grant' | 'beat' | 'lose' | 'repeat' | 'swap';

/** A writer and a reader with a wire between them that does as it is told. */
class Wire {
  readonly out: Outflow;
  readonly in: Inflow;
  readonly delivered: number[] = [];
  readonly #frames: StreamFrame[] = [];
  readonly #grants: number[] = [];
  unread = 0;
  mostUnread = 0;
  sent = 0;
  ending: string | undefined;

  constructor(credit: number) {
    this.out = new Outflow(credit);
    this.in = new Inflow(credit);
  }

  do(move: Move): void {
    if (move === 'write' && this.out.open) this.#send(this.out.item());
    else if (move === 'beat') this.#frames.push(this.out.beat());
    else if (move === 'arrive') this.#arrive(this.#frames.shift());
    else if (move === 'lose') this.#frames.shift();
    else if (move === 'repeat') this.#frames.unshift(...this.#frames.slice(0, 1));
    else if (move === 'swap') this.#frames.unshift(...this.#frames.splice(1, 1));
    else if (move === 'read' && this.unread > 0) this.#read();
    else if (move === 'grant') this.out.grant(this.#grants.shift() ?? 0);
  }

  finish(): void {
    this.#frames.push(this.out.end('end'));
    while (this.#frames.length > 0) this.do('arrive');
  }

  #send(frame: StreamFrame): void {
    this.sent += 1;
    this.#frames.push(frame);
  }

  #arrive(frame: StreamFrame | undefined): void {
    if (frame === undefined) return;
    const taken = this.in.take(frame);
    if (taken === 'item') {
      this.delivered.push(frame.seq);
      this.unread += 1;
      this.mostUnread = Math.max(this.mostUnread, this.unread);
    } else if (taken !== 'old' && taken !== 'beat') this.ending = taken;
  }

  #read(): void {
    this.unread -= 1;
    const grant = this.in.consume();
    if (grant > 0) this.#grants.push(grant);
  }
}

const credits = fc.integer({ min: 1, max: 40 });
const moves = (...of: Move[]) => fc.array(fc.constantFrom(...of), { maxLength: 300 });

describe('mesh.A14', () => {
  test('whatever a wire does to it, a stream is a gapless beginning, and a lost frame is never an end', () => {
    const any = moves('write', 'write', 'arrive', 'arrive', 'read', 'grant', 'beat', 'lose', 'repeat', 'swap');
    fc.assert(
      fc.property(credits, any, (credit, all) => {
        const wire = new Wire(credit);
        for (const move of all) wire.do(move);
        wire.finish();
        expect(wire.delivered).toEqual(wire.delivered.map((_, i) => i));
        expect(wire.mostUnread).toBeLessThanOrEqual(credit);
        if (wire.ending === 'end') expect(wire.delivered).toHaveLength(wire.sent);
        else expect(wire.ending).toBe('gap');
      }),
    );
  });

  test('on a wire that loses nothing everything arrives, and no more is on its way than the credit', () => {
    const good = moves('write', 'arrive', 'read', 'grant', 'beat');
    fc.assert(
      fc.property(credits, good, (credit, all) => {
        const wire = new Wire(credit);
        for (const move of all) {
          wire.do(move);
          expect(wire.sent - (wire.delivered.length - wire.unread)).toBeLessThanOrEqual(credit);
        }
        wire.finish();
        expect([wire.ending, wire.delivered.length]).toEqual(['end', wire.sent]);
      }),
    );
  });
});

test('the reader grants what it consumed once half of the credit is used', () => {
  const reader = new Inflow(32);
  for (let seq = 0; seq < 32; seq++) reader.take({ seq, kind: 'data' });
  const granted = Array.from({ length: 32 }, () => reader.consume());
  expect(granted.map((grant, i) => (grant > 0 ? [i + 1, grant] : []).join(' ')).filter(Boolean)).toEqual([
    '16 16',
    '32 16',
  ]);
});

test('a writer that sends more than it was allowed is cut off', () => {
  const reader = new Inflow(2);
  const taken = [0, 1, 2, 3].map((seq) => reader.take({ seq, kind: 'data' }));
  expect(taken).toEqual(['item', 'item', 'overrun', 'old']);
});

test('a beat shows that a frame before it is lost', () => {
  const reader = new Inflow(2);
  expect([
    reader.take({ seq: 0, kind: 'beat' }),
    reader.take({ seq: 0, kind: 'data' }),
    reader.take({ seq: 0, kind: 'beat' }),
    reader.take({ seq: 1, kind: 'beat' }),
  ]).toEqual(['beat', 'item', 'beat', 'gap']);
});

test('no grant takes a writer beyond 256 frames', () => {
  const writer = new Outflow(250);
  writer.grant(250);
  for (let i = 0; i < MAX_CREDIT; i++) writer.item();
  expect(writer.open).toBe(false);
  expect(() => writer.item()).toThrowError(RangeError);
});
