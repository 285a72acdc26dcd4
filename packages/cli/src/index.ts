/** What others may use of the `seedcore` command: its exit codes and the state file of `up`. */
export { serviceNames } from './arguments/service-names.ts';
export { type ExitCode, exitCodes } from './exit-code.ts';
export { type MeshState, type ProcessLine, parseState } from './supervisor/state-file.ts';
