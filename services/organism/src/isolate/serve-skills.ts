import type { SkillEnd } from '../domain/skill-end.ts';
import { importSkill } from '../skill/catalogue/import-skill.ts';
import type { SkillProgram } from '../skill/define-skill.ts';
import type { ContextPorts, Programs } from '../skill/run-frame.ts';
import { runSkill } from '../skill/run-skill.ts';
import type { RunOrder } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import { machineClock } from './clock-machine.ts';
import type { FromIsolate, ToIsolate } from './messages.ts';
import { PortHost } from './port-host.ts';
import { machineRandom } from './random-machine.ts';

/** One end of a message channel; the port of a worker thread is one. */
export type SkillPort = {
  postMessage(message: FromIsolate): void;
  on(event: 'message', listener: (message: ToIsolate) => void): unknown;
};

/** Serves runs of `skills` over `port`, one at a time, until the host ends the thread. */
export function serveSkills(port: SkillPort, skills: readonly SkillProgram[]): void {
  const byName = new Map(skills.map((skill) => [skill.name, skill]));
  const send = (message: FromIsolate) => port.postMessage(message);
  const host = new PortHost(send);
  const runs = new Map<number, AbortController>();

  const run = async ({ run: n, order }: Extract<ToIsolate, { say: 'run' }>): Promise<void> => {
    const controller = new AbortController();
    runs.set(n, controller);
    const programs = async (name: string) => byName.get(name) ?? importSkill(name, order.sources);
    const { signal } = controller;
    const ports = { host: host.forRun(n), clock: machineClock, random: machineRandom, signal, programs };
    const end = await runNamed(order, ports);
    runs.delete(n);
    sendEnd(send, n, end);
  };

  port.on('message', (message: ToIsolate) => {
    if (message.say === 'run') void run(message);
    else if (message.say === 'abort') runs.get(message.run)?.abort(new Stopped(message.kind));
    else if (message.say === 'ping') send({ say: 'pong' });
    else if (message.say === 'answer') host.answered(message.id, message.value);
    else host.refused(message.id, message.error);
  });
  send({ say: 'ready' });
}

/** Runs the skill an order names; one whose file cannot be imported any more may be there again the next time. */
async function runNamed(order: RunOrder, ports: ContextPorts & { readonly programs: Programs }): Promise<SkillEnd> {
  try {
    const skill = await ports.programs(order.skill);
    return skill === undefined ? unknownSkill(order.skill) : await runSkill(skill, order, ports);
  } catch (cause) {
    const message = (cause instanceof Error ? cause.message : String(cause)).slice(0, 400);
    return { end: 'defect', code: 'not_loaded', message, retryable: true };
  }
}

/** An output that cannot be copied out of the thread (a function, a class with secrets) is a bad output. */
function sendEnd(send: (message: FromIsolate) => void, run: number, end: SkillEnd): void {
  try {
    send({ say: 'ended', run, end });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    send({ say: 'ended', run, end: { end: 'defect', code: 'bad_output', message, retryable: true } });
  }
}

const unknownSkill = (name: string): SkillEnd => ({
  end: 'defect',
  code: 'unknown_skill',
  message: `this thread has no skill ${name}`,
  retryable: false,
});
