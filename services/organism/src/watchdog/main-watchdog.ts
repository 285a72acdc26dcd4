import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { STANDSTILLS, type Watched } from './watched.ts';

/**
 * Entry of the thread that ends its own process when the main loop is frozen. It waits in short turns: while the whole
 * process is stopped, as by a debugger or a sleeping machine, no more than one of them can run out.
 */
const { turns, waitMs } = workerData as Watched;
for (let still = 0, seen = 0; still < STANDSTILLS; ) {
  still = Atomics.wait(turns, 0, seen, waitMs) === 'timed-out' ? still + 1 : 0;
  seen = Atomics.load(turns, 0);
}
writeSync(2, `the main loop has stood still for ${(STANDSTILLS * waitMs) / 1000} s: this process ends itself\n`);
process.kill(process.pid, 'SIGKILL');
