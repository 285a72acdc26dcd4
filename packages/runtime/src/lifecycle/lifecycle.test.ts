import fc from 'fast-check';
import { expect, test } from 'vitest';
import { began, type LifecycleAction, type LifecycleEvent, lifecycleStep } from './lifecycle.ts';

const events: readonly LifecycleEvent[] = ['built', 'answered', 'waited', 'stop', 'impatient', 'give_up', 'released'];

function play(sequence: readonly LifecycleEvent[]): { phases: string[]; actions: LifecycleAction[] } {
  let state = began;
  const phases: string[] = [state.phase];
  const actions: LifecycleAction[] = [];
  for (const event of sequence) {
    const step = lifecycleStep(state, event);
    state = step.state;
    phases.push(state.phase);
    actions.push(...step.actions);
  }
  return { phases, actions };
}

test('ready once it is built and everybody required has answered, whichever comes first', () => {
  expect(play(['built', 'answered']).actions).toEqual(['open']);
  expect(play(['answered', 'built']).actions).toEqual(['open']);
});

test('ready without those required once the wait is over', () => {
  expect(play(['built', 'waited']).phases.at(-1)).toBe('ready');
});

test('not ready while it is not built, however long that takes', () => {
  expect(play(['answered', 'waited']).phases.at(-1)).toBe('starting');
});

test('a signal drains, aborts what does not end, and gives the rest up', () => {
  expect(play(['built', 'answered', 'stop', 'impatient', 'give_up'])).toEqual({
    phases: ['starting', 'starting', 'ready', 'draining', 'draining', 'stopped'],
    actions: ['open', 'drain', 'abort', 'close_unfinished'],
  });
});

test('a second signal skips to the abort, a third changes nothing', () => {
  expect(play(['built', 'answered', 'stop', 'stop', 'stop', 'released']).actions).toEqual([
    'open',
    'drain',
    'abort',
    'close',
  ]);
});

test('a signal while starting ends without ever opening', () => {
  expect(play(['stop', 'built', 'answered', 'released']).actions).toEqual(['drain', 'close']);
});

test('phases never go back, and every action is done at most once', () => {
  const order = ['starting', 'ready', 'draining', 'stopped'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 40 }), (sequence) => {
      const { phases, actions } = play(sequence);
      const ranks = phases.map((phase) => order.indexOf(phase));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(new Set(actions).size).toBe(actions.length);
      expect(actions.filter((action) => action.startsWith('close')).length).toBeLessThanOrEqual(1);
      if (actions.includes('open')) expect(actions[0]).toBe('open');
    }),
  );
});
