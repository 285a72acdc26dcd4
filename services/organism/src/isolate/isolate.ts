import type { Clock, Timer } from '@seedcore/protocol';
import {
  EXIT_OVERDUE_MS,
  type IsolateCommand,
  type IsolateEvent,
  type IsolateState,
  noIsolate,
  type Settlement,
  stepIsolate,
} from '../domain/isolate-life.ts';
import type { Late, SkillEnd, StopKind } from '../domain/skill-end.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { RunOrder, SkillHost } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import type { Carrier, Fault, StartCarrier } from './carrier.ts';
import { type FromIsolate, type ToIsolate, toPortError } from './messages.ts';

/** What an isolate stands on. */
export type IsolatePorts = {
  readonly clock: Clock;
  readonly start: StartCarrier;
  /** Given up after so long without a run, in ms; left out: kept. */
  readonly idleMs?: number;
  /** Told whenever a thread or process did not go and was left behind. */
  readonly leftBehind?: () => void;
};

/** A run as its owner hands it in. */
export type RunPorts = {
  readonly host: SkillHost;
  readonly signal: AbortSignal;
  /** Called when the skill begins: starting a thread or process is not its time. */
  readonly started: () => void;
};

type Running = {
  readonly run: number;
  readonly order: RunOrder;
  readonly host: SkillHost;
  readonly started: () => void;
  graceMs: number;
  readonly done: PromiseWithResolvers<SkillEnd>;
  stopKind: StopKind;
  end: SkillEnd | undefined;
};

/** A world of its own for skills: carries out what the machine in `isolate-life` asks for, and tells it what happens. */
export class Isolate {
  readonly #ports: IsolatePorts;
  #state: IsolateState = noIsolate;
  #carrier: Carrier | undefined;
  #running: Running | undefined;
  #runs = 0;
  #timer: Timer | undefined;
  #fault: Fault | undefined;
  #stuck = 0;
  #pinged: PromiseWithResolvers<void> | undefined;

  constructor(ports: IsolatePorts) {
    this.#ports = ports;
  }

  /** True while there is a thread or process that may be used. */
  get alive(): boolean {
    return this.#carrier !== undefined;
  }

  /** How many were left behind because they did not go. */
  get stuck(): number {
    return this.#stuck;
  }

  /** Runs `skill` once; resolves when the run has ended and the isolate has let go of it. */
  async run(skill: Skill, order: RunOrder, { host, signal, started }: RunPorts): Promise<SkillEnd> {
    if (signal.aborted) return { end: 'stopped', by: 'agent' };
    const run = this.#runs++;
    const done = Promise.withResolvers<SkillEnd>();
    this.#running = { run, order, host, started, graceMs: skill.graceMs, done, stopKind: 'cancel', end: undefined };
    const onAbort = () => this.#stop(run, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#feed({ on: 'run', run, memoryMb: skill.limits.memoryMb });
    try {
      return await done.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Asks whether it still turns; the promise resolves with its answer, whenever that comes, or when it is given up.
   *
   * @returns undefined while there is nobody to ask: no thread, or one that is only just starting
   */
  ping(): Promise<void> | undefined {
    if (this.#carrier === undefined || this.#state.at === 'off' || this.#state.at === 'starting') return undefined;
    if (this.#pinged === undefined) {
      this.#pinged = Promise.withResolvers();
      this.#carrier.post({ say: 'ping' });
    }
    return this.#pinged.promise;
  }

  /** Ends it at once; a run under way is settled as lost. */
  close(): void {
    this.#discard();
    this.#feed({ on: 'exit' });
  }

  #stop(run: number, reason: unknown): void {
    if (this.#running?.run === run && reason instanceof Stopped) {
      this.#running.stopKind = reason.kind;
      this.#running.graceMs = reason.graceMs ?? this.#running.graceMs;
    }
    this.#feed({ on: 'stop', run });
  }

  #feed(event: IsolateEvent): void {
    const { state, commands } = stepIsolate(this.#state, event);
    this.#state = state;
    for (const command of commands) this.#carryOut(command);
  }

  #carryOut(command: IsolateCommand): void {
    switch (command.do) {
      case 'spawn':
        this.#spawn(command.memoryMb);
        break;
      case 'post_run':
        this.#postRun(command.run);
        break;
      case 'post_abort':
        this.#carrier?.post({ say: 'abort', run: command.run, kind: this.#running?.stopKind ?? 'cancel' });
        break;
      case 'arm_grace':
        this.#arm(this.#running?.graceMs ?? 0, { on: 'grace_over', run: command.run });
        break;
      case 'arm_exit':
        this.#arm(EXIT_OVERDUE_MS, { on: 'exit_overdue', run: command.run });
        break;
      case 'arm_idle':
        if (this.#ports.idleMs !== undefined) this.#arm(this.#ports.idleMs, { on: 'idle_over' });
        break;
      case 'terminate':
        this.#carrier?.end();
        break;
      case 'leave_behind':
        this.#stuck++;
        this.#discard();
        this.#ports.leftBehind?.();
        break;
      case 'discard':
        this.#discard();
        break;
      case 'settle':
        this.#settle(command.run, command.by);
    }
  }

  /** What a carrier that is no longer ours reports concerns nobody. */
  #spawn(memoryMb: number): void {
    this.#fault = undefined;
    const carrier: Carrier = this.#ports.start(memoryMb, {
      heard: (message) => {
        if (this.#carrier === carrier) this.#heard(message);
      },
      gone: (fault) => {
        if (this.#carrier !== carrier) return;
        this.#carrier = undefined;
        this.#answered();
        this.#fault = fault;
        this.#timer?.cancel();
        this.#feed({ on: 'exit' });
      },
    });
    this.#carrier = carrier;
  }

  #heard(message: FromIsolate): void {
    const running = this.#running;
    if (message.say === 'ready') this.#feed({ on: 'ready' });
    else if (message.say === 'pong') this.#answered();
    else if (running === undefined || running.run !== message.run) return;
    else if (message.say === 'note') running.host.tell(message.note);
    else if (message.say === 'request') void this.#answer(running, message);
    else this.#heardEnd(running, message.end);
  }

  #answered(): void {
    this.#pinged?.resolve();
    this.#pinged = undefined;
  }

  #heardEnd(running: Running, end: SkillEnd): void {
    running.end = end;
    this.#timer?.cancel();
    this.#feed({ on: 'ended', run: running.run, clean: end.end === 'ok' || end.end === 'failed' });
  }

  async #answer(running: Running, { id, request }: Extract<FromIsolate, { say: 'request' }>): Promise<void> {
    const carrier = this.#carrier;
    const reply = await running.host.ask(request).then(
      (value): ToIsolate => ({ say: 'answer', id, value }),
      (cause): ToIsolate => ({ say: 'refusal', id, error: toPortError(cause) }),
    );
    if (carrier === this.#carrier && this.#running === running) carrier?.post(reply);
  }

  #postRun(run: number): void {
    const running = this.#running;
    if (running === undefined || running.run !== run) return;
    this.#carrier?.post({ say: 'run', run, order: running.order });
    running.started();
  }

  #settle(run: number, by: Settlement): void {
    const running = this.#running;
    if (running === undefined || running.run !== run) return;
    this.#running = undefined;
    running.done.resolve(this.#endOf(running, by));
  }

  #endOf(running: Running, by: Settlement): SkillEnd {
    if (by === 'ended' && running.end !== undefined) return running.end;
    if (by === 'agent' || by === 'terminate' || by === 'fence') return { end: 'stopped', by, ...lateOf(running.end) };
    const { code, message } = this.#fault ?? { code: 'isolate_lost', message: 'it was closed' };
    return { end: 'defect', code, message, retryable: true };
  }

  #arm(ms: number, event: IsolateEvent): void {
    this.#timer?.cancel();
    this.#timer = this.#ports.clock.after(ms, () => this.#feed(event));
  }

  #discard(): void {
    const carrier = this.#carrier;
    this.#carrier = undefined;
    this.#timer?.cancel();
    this.#answered();
    carrier?.end();
  }
}

/** What a run that was told to stop brought all the same. */
function lateOf(end: SkillEnd | undefined): { readonly late?: Late } {
  if (end?.end === 'ok') return { late: 'ok' };
  if (end?.end === 'failed') return { late: 'error' };
  return end?.end === 'stopped' && end.late !== undefined ? { late: end.late } : {};
}
