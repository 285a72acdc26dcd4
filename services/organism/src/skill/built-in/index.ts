import type { SkillProgram } from '../define-skill.ts';
import { analyzeSeries } from './analyze-series.ts';
import { factSearch } from './fact-search.ts';
import { factStore } from './fact-store.ts';
import { healthCheck } from './health-check.ts';
import { httpFetch } from './http-fetch.ts';
import { jsonTransform } from './json-transform.ts';
import { notify } from './notify.ts';
import { runWasm } from './run-wasm.ts';
import { wait } from './wait.ts';

/** Every skill an agent can have without anybody adding one. */
export const builtInSkills: readonly SkillProgram[] = [
  analyzeSeries,
  factSearch,
  factStore,
  healthCheck,
  httpFetch,
  jsonTransform,
  notify,
  runWasm,
  wait,
];
