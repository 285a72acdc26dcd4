import { text } from 'node:stream/consumers';
import { systemClock, systemRandom } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import { CommanderError } from 'commander';
import { CommandError, type ExitCode, exitCodes } from './exit-code.ts';
import { stylesFor, wantsColour } from './output/style.ts';
import { program } from './program.ts';
import { meshErrorText } from './records/mesh-error-text.ts';
import { whyHint } from './records/why-hint.ts';
import type { Surroundings } from './surroundings.ts';

const { stdout, stderr, stdin, env, argv } = process;

/** Whether a line stands on the terminal that the next one replaces. */
let transient = false;

function write(stream: NodeJS.WriteStream, line: string): void {
  if (transient) stderr.write('\r\u001b[2K');
  transient = false;
  stream.write(`${line}\n`);
}

const surroundings: Surroundings = {
  env,
  clock: systemClock,
  random: systemRandom,
  styles: stylesFor(wantsColour(env, stdout.isTTY)),
  width: stdout.isTTY ? stdout.columns : undefined,
  out: (line) => write(stdout, line),
  note: (line) => write(stderr, line),
  transient: stderr.isTTY ? show : undefined,
  standardInput: () => text(stdin),
};

function show(line: string): void {
  transient = true;
  stderr.write(`\r\u001b[2K${line}`);
}

/** A reader that has seen enough (`seedcore ls | head`) is no error. */
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

let code: ExitCode = exitCodes.ok;
try {
  const seedcore = program({
    surroundings,
    finished: (ended) => {
      code = ended;
    },
  });
  for (const command of [seedcore, ...seedcore.commands, ...seedcore.commands.flatMap((one) => one.commands)])
    command.exitOverride();
  await seedcore.parseAsync(argv);
} catch (error) {
  code = report(error);
}
// Whatever is still open (a tool that is being built, a connection that is being tried) must not keep the prompt away.
stdout.write('', () => process.exit(code));

function report(error: unknown): ExitCode {
  // commander has printed what it had to say; help that was asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandError) {
    surroundings.note(error.message);
    return error.exitCode;
  }
  if (error instanceof MeshError) {
    surroundings.note(meshErrorText(error));
    if (error.traceId !== undefined) surroundings.note(whyHint(error.traceId));
    return error.status === 503 ? exitCodes.unreachable : exitCodes.failed;
  }
  surroundings.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.failed;
}
