import { machineClock } from '../isolate/clock-machine.ts';
import { startWatchdog } from '../watchdog/start-watchdog.ts';

/** A process whose watchdog loses patience after the first argument and whose main loop is blocked for the second, in ms. */
const [frozenMs, blockedMs] = process.argv.slice(2).map(Number);
const watchdog = startWatchdog({
  clock: machineClock,
  env: {},
  ...(frozenMs === undefined ? {} : { frozenMs }),
  failed: (cause) => process.stdout.write(`no watchdog: ${String(cause)}\n`),
});
machineClock.after(100, () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs);
  machineClock.after(100, () => {
    watchdog.stop();
    process.stdout.write('turned again\n');
  });
});
