import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionGate, type GateEvent, type GateState, gateStep } from './connection-gate.ts';

const events: readonly GateEvent[] = ['dial', 'refused', 'connected', 'lost', 'close'];

test.each<[GateState, GateEvent, GateState]>([
  ['idle', 'dial', 'connecting'],
  ['connecting', 'connected', 'up'],
  ['connecting', 'refused', 'idle'],
  ['up', 'lost', 'down'],
  ['down', 'connected', 'up'],
  ['down', 'close', 'closed'],
  ['idle', 'connected', 'idle'],
  ['up', 'dial', 'up'],
])('%s, then %s: %s', (state, event, next) => {
  expect(gateStep(state, event)).toBe(next);
});

test('closed is for ever, and nothing is up that was not connected last', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events)), (happened) => {
      let state: GateState = 'idle';
      let closed = false;
      for (const event of happened) {
        const before = state;
        state = gateStep(state, event);
        closed ||= state === 'closed';
        if (state === 'up' && before !== 'up') expect(event).toBe('connected');
      }
      expect(state === 'closed').toBe(closed);
    }),
  );
});

describe('a gate', () => {
  test('tells what users see, and only when it changes', () => {
    const gate = new ConnectionGate();
    const seen: string[] = [];
    const stop = gate.onState((state) => seen.push(state));
    for (const event of ['dial', 'connected', 'connected', 'lost', 'lost', 'connected'] as const) gate.handle(event);
    stop();
    gate.handle('close');
    expect(seen).toEqual(['up', 'down', 'up']);
    expect([gate.state, gate.transportState]).toEqual(['closed', 'closed']);
  });

  test('is down before it was ever up', () => {
    expect(new ConnectionGate().transportState).toBe('down');
  });
});
