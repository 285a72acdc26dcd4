import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { heapLimits } from '../../isolate/heap-limits.ts';
import { OUT_OF_MEMORY_EXIT } from '../../isolate/process-exit.ts';
import type { Declared } from './declared.ts';
import { findPackagesHere } from './find-packages.ts';
import { importFile } from './import-skill.ts';
import { cardOf } from './skill-card.ts';

/** Most memory while a file is imported, in MiB of heap. */
const HEAP_MB = 128;

/**
 * Entry of a process that imports one skill file and tells what it declares. Whatever the file does meanwhile (throw, spin,
 * wait for ever, eat all memory, exit), it does it in a thread here: the loop around it stays free, so that the process ends
 * with its parent and never spins on alone. It hands on its environment: what an isolate is given.
 */
if (isMainThread) watchOver(process.argv[2] ?? '');
else {
  findPackagesHere();
  parentPort?.postMessage(await declared(String(workerData)));
}

function watchOver(url: string): void {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: url,
    resourceLimits: heapLimits(HEAP_MB),
    execArgv: [],
  });
  process.on('disconnect', () => process.exit(0));
  let told = false;
  worker.on('message', (answer: Declared) => {
    told = true;
    process.send?.(answer, () => process.exit(0));
  });
  worker.on('error', (error) => {
    const spent = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    process.exit(spent ? OUT_OF_MEMORY_EXIT : 1);
  });
  worker.on('exit', (code) => {
    if (!told) process.exit(code === 0 ? 1 : code);
  });
}

async function declared(url: string): Promise<Declared> {
  try {
    return { ok: true, card: cardOf(await importFile(url)) };
  } catch (cause) {
    return { ok: false, why: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) };
  }
}
