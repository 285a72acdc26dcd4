/**
 * Loaded into every service the supervisor starts: standard input is a pipe that closes however the supervisor dies,
 * and a service without a supervisor ends as if it had been asked to.
 */
import { isMainThread } from 'node:worker_threads';

// Threads and processes of a service load this too; their standard input is another, and says nothing about anybody.
const supervised = isMainThread && process.ppid === Number(process.env['SEEDCORE_SUPERVISOR']);

if (supervised) {
  process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  // The pipe alone keeps no process alive. Its type does not say so, but it is a socket.
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
}
