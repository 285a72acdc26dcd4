import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type IsolateCommand,
  type IsolateEvent,
  type IsolateState,
  MAX_RUNS,
  noIsolate,
  stepIsolate,
} from './isolate-life.ts';

const play = (events: readonly IsolateEvent[], from: IsolateState = noIsolate) =>
  events.reduce<{ state: IsolateState; commands: IsolateCommand[] }>(
    ({ state, commands }, event) => {
      const step = stepIsolate(state, event);
      return { state: step.state, commands: [...commands, ...step.commands] };
    },
    { state: from, commands: [] },
  );
const run = (n: number, memoryMb = 128): IsolateEvent => ({ on: 'run', run: n, memoryMb });
const names = (commands: readonly IsolateCommand[]) => commands.map((command) => command.do);

describe('the life of an isolate', () => {
  test('a run starts it, waits for it, and leaves it idle', () => {
    const { state, commands } = play([run(1), { on: 'ready' }, { on: 'ended', run: 1, clean: true }]);
    expect(state).toEqual({ at: 'idle', memoryMb: 128, runs: 1 });
    expect(names(commands)).toEqual(['spawn', 'post_run', 'arm_idle', 'settle']);
  });

  test('a run that was not clean is its last', () => {
    const { state, commands } = play([run(1), { on: 'ready' }, { on: 'ended', run: 1, clean: false }]);
    expect(state).toEqual(noIsolate);
    expect(names(commands)).toEqual(['spawn', 'post_run', 'discard', 'settle']);
  });

  test('a skill that lets go in its grace was stopped by itself', () => {
    const { state, commands } = play([
      run(1),
      { on: 'ready' },
      { on: 'stop', run: 1 },
      { on: 'ended', run: 1, clean: true },
    ]);
    expect(state).toEqual(noIsolate);
    expect(commands.at(-1)).toEqual({ do: 'settle', run: 1, by: 'agent' });
  });

  test('a skill that spins is terminated when its grace is over', () => {
    const { commands } = play([
      run(1),
      { on: 'ready' },
      { on: 'stop', run: 1 },
      { on: 'grace_over', run: 1 },
      { on: 'exit' },
    ]);
    expect(names(commands)).toEqual([
      'spawn',
      'post_run',
      'post_abort',
      'arm_grace',
      'terminate',
      'arm_exit',
      'settle',
    ]);
    expect(commands.at(-1)).toMatchObject({ by: 'terminate' });
  });

  test('one that does not go is left behind, and the next run gets a fresh one', () => {
    const stuck: IsolateEvent[] = [
      { on: 'stop', run: 1 },
      { on: 'grace_over', run: 1 },
      { on: 'exit_overdue', run: 1 },
    ];
    const { commands } = play([run(1), { on: 'ready' }, ...stuck, run(2)]);
    expect(names(commands).slice(-3)).toEqual(['leave_behind', 'settle', 'spawn']);
  });

  test('one that goes by itself leaves its run lost', () => {
    const { commands } = play([run(1), { on: 'ready' }, { on: 'exit' }]);
    expect(commands.at(-1)).toEqual({ do: 'settle', run: 1, by: 'lost' });
  });

  test('a run with another heap gets a fresh one', () => {
    const { commands } = play([run(1), { on: 'ready' }, { on: 'ended', run: 1, clean: true }, run(2, 256)]);
    expect(names(commands).slice(-2)).toEqual(['discard', 'spawn']);
  });

  test(`after ${MAX_RUNS} clean runs a fresh one takes over`, () => {
    const state: IsolateState = { at: 'idle', memoryMb: 128, runs: MAX_RUNS };
    expect(names(play([run(1)], state).commands)).toEqual(['discard', 'spawn']);
  });

  test('a run stopped before it was posted leaves the isolate warm', () => {
    const { state, commands } = play([run(1), { on: 'stop', run: 1 }, { on: 'ready' }]);
    expect(state).toEqual({ at: 'idle', memoryMb: 128, runs: 0 });
    expect(names(commands)).toEqual(['spawn', 'settle']);
  });

  test('an idle one is given up after a while', () => {
    const { state } = play([run(1), { on: 'ready' }, { on: 'ended', run: 1, clean: true }, { on: 'idle_over' }]);
    expect(state).toEqual(noIsolate);
  });

  test('a second run at once is a bug of its owner', () => {
    expect(() => play([run(1), { on: 'ready' }, run(2)])).toThrow(RangeError);
    expect(() => play([run(1), run(2)])).toThrow(RangeError);
  });
});

test('every run that was accepted is settled exactly once, whatever happens', () => {
  const happening = fc.constantFrom(
    'ready',
    'clean',
    'unclean',
    'stop',
    'grace_over',
    'exit_overdue',
    'exit',
    'idle_over',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(happening, fc.boolean()), { maxLength: 40 }), (script) => {
      let state = noIsolate;
      let current: number | undefined;
      let next = 0;
      const settled: number[] = [];
      const feed = (event: IsolateEvent) => {
        const step = stepIsolate(state, event);
        state = step.state;
        for (const command of step.commands)
          if (command.do === 'settle') {
            settled.push(command.run);
            current = undefined;
          }
      };
      for (const [what, begin] of script) {
        if (begin && current === undefined) {
          current = next++;
          feed({ on: 'run', run: current, memoryMb: 128 });
        }
        feed(eventOf(what, current ?? -1));
      }
      if (current !== undefined) for (const event of ending(current)) feed(event);
      expect(settled).toEqual(Array.from({ length: next }, (_, i) => i));
    }),
  );
});

const eventOf = (what: string, run: number): IsolateEvent => {
  if (what === 'clean' || what === 'unclean') return { on: 'ended', run, clean: what === 'clean' };
  if (what === 'stop' || what === 'grace_over' || what === 'exit_overdue') return { on: what, run };
  return { on: what as 'ready' | 'exit' | 'idle_over' };
};

const ending = (run: number): IsolateEvent[] => [
  { on: 'stop', run },
  { on: 'grace_over', run },
  { on: 'exit_overdue', run },
];
