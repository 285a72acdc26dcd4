import type { SkillProgram } from '../define-skill.ts';
import { analyzeSeries } from './analyze-series.ts';
import { factSearch } from './fact-search.ts';
import { factStore } from './fact-store.ts';
import { generalQuery } from './general-query.ts';
import { healthCheck } from './health-check.ts';
import { httpFetch } from './http-fetch.ts';
import { jsonTransform } from './json-transform.ts';
import { notify } from './notify.ts';
import { runWasm } from './run-wasm.ts';
import { textExtract } from './text-extract.ts';
import { wait } from './wait.ts';

/** Every skill an agent can have without anybody adding one. */
export const builtInSkills: readonly SkillProgram[] = [
  analyzeSeries,
  factSearch,
  factStore,
  generalQuery,
  healthCheck,
  httpFetch,
  jsonTransform,
  notify,
  runWasm,
  textExtract,
  wait,
];
