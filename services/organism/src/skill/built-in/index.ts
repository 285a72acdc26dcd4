import type { SkillProgram } from '../define-skill.ts';
import { analyzeSeries } from './analyze-series.ts';
import { factSearch } from './fact-search.ts';
import { factStore } from './fact-store.ts';
import { healthCheck } from './health-check.ts';
import { jsonTransform } from './json-transform.ts';
import { wait } from './wait.ts';

/** Every skill an agent can have without anybody adding one. */
export const builtInSkills: readonly SkillProgram[] = [
  analyzeSeries,
  factSearch,
  factStore,
  healthCheck,
  jsonTransform,
  wait,
];
