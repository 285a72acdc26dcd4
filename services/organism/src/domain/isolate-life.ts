/**
 * The life of one isolate (a thread, or a process around one), as a pure machine.
 *
 * 1. An isolate runs at most one run at a time.
 * 2. Every run that was accepted is settled exactly once, whatever the isolate does.
 * 3. An isolate whose run did not end cleanly runs nothing else.
 * 4. An isolate that was terminated and has not gone is left behind as stuck; it is never used again.
 */
export type IsolateState =
  | { readonly at: 'off' }
  | { readonly at: 'starting'; readonly memoryMb: number; readonly run: number | undefined }
  | { readonly at: 'idle'; readonly memoryMb: number; readonly runs: number }
  | { readonly at: 'running'; readonly memoryMb: number; readonly runs: number; readonly run: number }
  | { readonly at: 'stopping'; readonly run: number }
  | { readonly at: 'terminating'; readonly run: number };

/** What happens to an isolate. */
export type IsolateEvent =
  | { readonly on: 'run'; readonly run: number; readonly memoryMb: number }
  | { readonly on: 'ready' }
  | { readonly on: 'ended'; readonly run: number; readonly clean: boolean }
  | { readonly on: 'stop'; readonly run: number }
  | { readonly on: 'grace_over'; readonly run: number }
  | { readonly on: 'exit_overdue'; readonly run: number }
  | { readonly on: 'idle_over' }
  | { readonly on: 'exit' };

/** Who ended a run: the skill itself, or the host, in three degrees. */
export type Settlement = 'ended' | 'lost' | 'agent' | 'terminate' | 'fence';

/** What the owner of the isolate has to do. */
export type IsolateCommand =
  | { readonly do: 'spawn'; readonly memoryMb: number }
  | { readonly do: 'post_run'; readonly run: number }
  | { readonly do: 'post_abort'; readonly run: number }
  | { readonly do: 'arm_grace'; readonly run: number }
  | { readonly do: 'arm_exit'; readonly run: number }
  | { readonly do: 'arm_idle' }
  /** Ends an isolate that is needed no more, without waiting for it. */
  | { readonly do: 'discard' }
  /** Ends an isolate by force and waits for it. */
  | { readonly do: 'terminate' }
  /** Gives up on an isolate that does not go. */
  | { readonly do: 'leave_behind' }
  | { readonly do: 'settle'; readonly run: number; readonly by: Settlement };

/** A new state and what it asks for. */
export type IsolateStep = { readonly state: IsolateState; readonly commands: readonly IsolateCommand[] };

/** Most clean runs of one isolate, after which a fresh one takes over. */
export const MAX_RUNS = 100;
/** How long a terminated one may take to go, in ms. */
export const EXIT_OVERDUE_MS = 2000;

/** An isolate before its first run. */
export const noIsolate: IsolateState = { at: 'off' };

/**
 * One step of the machine; an event that does not concern the state changes nothing.
 *
 * @throws RangeError when a run is handed to an isolate that has one: its agent gave it out twice
 */
export function stepIsolate(state: IsolateState, event: IsolateEvent): IsolateStep {
  switch (event.on) {
    case 'run':
      return begin(state, event);
    case 'ready':
      return ready(state);
    case 'ended':
      return ended(state, event);
    case 'stop':
      return stop(state, event.run);
    case 'grace_over':
      return graceOver(state, event.run);
    case 'exit_overdue':
      return overdue(state, event.run);
    case 'idle_over':
      return state.at === 'idle' ? { state: noIsolate, commands: [{ do: 'discard' }] } : stay(state);
    case 'exit':
      return exited(state);
  }
}

const stay = (state: IsolateState): IsolateStep => ({ state, commands: [] });

const spawn = (memoryMb: number, run: number | undefined): IsolateStep => ({
  state: { at: 'starting', memoryMb, run },
  commands: [{ do: 'spawn', memoryMb }],
});

function begin(state: IsolateState, { run, memoryMb }: { run: number; memoryMb: number }): IsolateStep {
  if (state.at === 'off') return spawn(memoryMb, run);
  if (state.at === 'starting' && state.run === undefined && state.memoryMb === memoryMb)
    return { state: { ...state, run }, commands: [] };
  if (state.at === 'idle' && state.memoryMb === memoryMb && state.runs < MAX_RUNS)
    return { state: { ...state, at: 'running', run }, commands: [{ do: 'post_run', run }] };
  if (state.at !== 'idle' && state.at !== 'starting') throw new RangeError(`run ${run}: the isolate is ${state.at}`);
  if (state.at === 'starting' && state.run !== undefined) throw new RangeError(`run ${run}: the isolate has a run`);
  const fresh = spawn(memoryMb, run);
  return { state: fresh.state, commands: [{ do: 'discard' }, ...fresh.commands] };
}

function ready(state: IsolateState): IsolateStep {
  if (state.at !== 'starting') return stay(state);
  const { memoryMb, run } = state;
  if (run === undefined) return stay({ at: 'idle', memoryMb, runs: 0 });
  return { state: { at: 'running', memoryMb, runs: 0, run }, commands: [{ do: 'post_run', run }] };
}

function ended(state: IsolateState, { run, clean }: { run: number; clean: boolean }): IsolateStep {
  if (state.at === 'running' && state.run === run) {
    const settle = { do: 'settle', run, by: 'ended' } as const;
    const idle = { at: 'idle', memoryMb: state.memoryMb, runs: state.runs + 1 } as const;
    if (clean) return { state: idle, commands: [{ do: 'arm_idle' }, settle] };
    return { state: noIsolate, commands: [{ do: 'discard' }, settle] };
  }
  if (state.at === 'stopping' && state.run === run)
    return { state: noIsolate, commands: [{ do: 'discard' }, { do: 'settle', run, by: 'agent' }] };
  return stay(state);
}

function stop(state: IsolateState, run: number): IsolateStep {
  if (state.at === 'starting' && state.run === run)
    return { state: { ...state, run: undefined }, commands: [{ do: 'settle', run, by: 'agent' }] };
  if (state.at !== 'running' || state.run !== run) return stay(state);
  return {
    state: { at: 'stopping', run },
    commands: [
      { do: 'post_abort', run },
      { do: 'arm_grace', run },
    ],
  };
}

function graceOver(state: IsolateState, run: number): IsolateStep {
  if (state.at !== 'stopping' || state.run !== run) return stay(state);
  return { state: { at: 'terminating', run }, commands: [{ do: 'terminate' }, { do: 'arm_exit', run }] };
}

function overdue(state: IsolateState, run: number): IsolateStep {
  if (state.at !== 'terminating' || state.run !== run) return stay(state);
  return { state: noIsolate, commands: [{ do: 'leave_behind' }, { do: 'settle', run, by: 'fence' }] };
}

/** An isolate that goes while it stops was asked to; any other leaves a lost run behind. */
function exited(state: IsolateState): IsolateStep {
  if (state.at === 'off') return stay(state);
  if (state.at === 'idle' || (state.at === 'starting' && state.run === undefined)) return stay(noIsolate);
  const by = state.at === 'terminating' ? 'terminate' : state.at === 'stopping' ? 'agent' : 'lost';
  return { state: noIsolate, commands: state.run === undefined ? [] : [{ do: 'settle', run: state.run, by }] };
}
