import { parentPort } from 'node:worker_threads';
import { builtInSkills } from '../skill/built-in/index.ts';
import { findPackagesHere } from '../skill/catalogue/find-packages.ts';
import { serveSkills } from './serve-skills.ts';

/** Entry of a worker thread: no connection, no credentials, nothing but a port to its host and the skills. */
findPackagesHere();
if (parentPort !== null) serveSkills(parentPort, builtInSkills);
