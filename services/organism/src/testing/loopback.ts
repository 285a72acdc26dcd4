import type { Clock } from '@seedcore/protocol';
import type { Isolates } from '../agents/local-agent.ts';
import type { StartCarrier } from '../isolate/carrier.ts';
import { Isolate } from '../isolate/isolate.ts';
import type { ToIsolate } from '../isolate/messages.ts';
import { serveSkills } from '../isolate/serve-skills.ts';
import { builtInSkills } from '../skill/built-in/index.ts';
import type { SkillProgram } from '../skill/define-skill.ts';

/** A carrier without a thread: the same code on both ends, in this process. */
export const startLoopback =
  (skills: readonly SkillProgram[]): StartCarrier =>
  (_memoryMb, { heard }) => {
    let listener: (message: ToIsolate) => void = () => undefined;
    let ended = false;
    const deliver = (run: () => void) => queueMicrotask(() => !ended && run());
    const port = {
      postMessage: (message: Parameters<typeof heard>[0]) => deliver(() => heard(message)),
      on: (_event: 'message', given: (message: ToIsolate) => void) => {
        listener = given;
      },
    };
    queueMicrotask(() => serveSkills(port, skills));
    return {
      post: (message) => deliver(() => listener(message)),
      end: () => {
        ended = true;
      },
    };
  };

/** Isolates of one agent, in this process, with the built-in skills and those of `files`. */
export const loopbackIsolates = (clock: Clock, files: readonly SkillProgram[] = []): Isolates => {
  const start = startLoopback([...builtInSkills, ...files]);
  return { thread: new Isolate({ clock, start }), process: new Isolate({ clock, start }) };
};

/** An isolate that runs what it is given and never says that it still turns. */
class HungIsolate extends Isolate {
  override ping(): Promise<void> {
    return new Promise(() => undefined);
  }
}

/** Isolates of one agent that does not turn. */
export const hungIsolates = (clock: Clock): Isolates => {
  const start = startLoopback(builtInSkills);
  return { thread: new HungIsolate({ clock, start }), process: new HungIsolate({ clock, start }) };
};
