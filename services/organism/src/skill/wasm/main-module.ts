import { parentPort, workerData } from 'node:worker_threads';
import { type ModuleOrder, runHere } from './module-run.ts';

/** Entry of a thread that runs one module, so that it can be ended while it spins. */
parentPort?.postMessage({ began: true });
const line = (text: string) => parentPort?.postMessage({ line: text });
parentPort?.postMessage({ ended: runHere(workerData as ModuleOrder, line) });
