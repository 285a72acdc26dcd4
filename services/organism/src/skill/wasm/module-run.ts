import { readModule } from './read-module.ts';
import { type WasmMemory, type WasmModule, wasm } from './wasm-api.ts';

/** Longest output, and longest line of a log, in bytes; most lines. */
const MAX_OUTPUT = 262_144;
const MAX_LINE = 1000;
const MAX_LINES = 100;
const FUNCTIONS = ['alloc', 'run'] as const;

/** A module, and what it is to be run on. */
export type ModuleOrder = { readonly bytes: Uint8Array; readonly input: string; readonly pages: number };

/** How the run of a module ended. */
export type ModuleEnd =
  | { readonly end: 'ok'; readonly output: string }
  | { readonly end: 'bad_module'; readonly why: string }
  | { readonly end: 'trapped'; readonly why: string };

type Run = (ptr: number, length: number) => unknown;
type Loaded = { readonly alloc: (length: number) => unknown; readonly run: Run; readonly memory: WasmMemory };

/** Runs a module here and now, for as long as it takes: whoever calls this ends its thread when that is too long. */
export function runHere({ bytes, input, pages }: ModuleOrder, log: (line: string) => void): ModuleEnd {
  let loaded: Loaded;
  try {
    loaded = load(bytes, pages, log);
  } catch (cause) {
    return { end: 'bad_module', why: messageOf(cause) };
  }
  try {
    return { end: 'ok', output: runOn(loaded, new TextEncoder().encode(input)) };
  } catch (cause) {
    return { end: 'trapped', why: messageOf(cause) };
  }
}

/** @throws Error when it cannot be compiled, wants more than it may have, or lacks what it is called by */
function load(bytes: Uint8Array, pages: number, log: (line: string) => void): Loaded {
  const { own, wantedPages = 0 } = readModule(bytes);
  if (own) throw new RangeError('it has memory of its own: it must import env.memory');
  if (wantedPages > pages) throw new RangeError(`it wants ${wantedPages} pages of memory, and may have ${pages}`);
  const module = new wasm.Module(bytes);
  refuseOthers(module);
  const memory = new wasm.Memory({ initial: wantedPages, maximum: pages });
  const env = { memory, log: logOver(memory, log) };
  const { exports } = new wasm.Instance(module, { env });
  const [alloc, run] = FUNCTIONS.map((name) => {
    const found = exports[name];
    if (typeof found !== 'function') throw new RangeError(`it exports no function ${name}`);
    return (...numbers: number[]): unknown => found(...numbers);
  });
  if (alloc === undefined || run === undefined) throw new RangeError('it exports no functions');
  return { alloc, run, memory };
}

function refuseOthers(module: WasmModule): void {
  const wrong = wasm.Module.imports(module).find(
    ({ module: from, name, kind }) =>
      from !== 'env' || !((name === 'memory' && kind === 'memory') || (name === 'log' && kind === 'function')),
  );
  if (wrong !== undefined)
    throw new RangeError(`it imports ${wrong.module}.${wrong.name}: only env.memory and env.log are there`);
}

/** @throws RangeError when it points outside of its memory */
function runOn({ alloc, run, memory }: Loaded, input: Uint8Array): string {
  const ptr = Number(alloc(input.length)) >>> 0;
  window(memory, ptr, input.length).set(input);
  const packed = run(ptr, input.length);
  if (typeof packed !== 'bigint') throw new RangeError('run gives no i64');
  const whole = BigInt.asUintN(64, packed);
  const [at, length] = [Number(whole >> 32n), Number(whole & 0xffffffffn)];
  if (length > MAX_OUTPUT) throw new RangeError(`its output is larger than ${MAX_OUTPUT} bytes`);
  return new TextDecoder('utf-8', { fatal: true }).decode(window(memory, at, length));
}

function window({ buffer }: WasmMemory, at: number, length: number): Uint8Array {
  if (at + length > buffer.byteLength) throw new RangeError('it points outside of its memory');
  return new Uint8Array(buffer, at, length);
}

function logOver(memory: WasmMemory, log: (line: string) => void) {
  let lines = 0;
  return (ptr: number, length: number): void => {
    if (lines++ >= MAX_LINES) return;
    log(new TextDecoder().decode(window(memory, ptr >>> 0, Math.min(length >>> 0, MAX_LINE))));
  };
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 300);
