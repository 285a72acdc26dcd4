import type { WorkCategory } from '@seedcore/contracts';

/** Types this mesh knows from the start, by the kind of work they are. */
const TYPES = {
  utility: [
    'analyze_series',
    'fact_search',
    'fact_store',
    'forecast_series',
    'general_query',
    'health_check',
    'http_fetch',
    'json_transform',
    'ping',
    'run_wasm',
    'status',
    'text_extract',
    'wait',
  ],
  actuator: ['act', 'execute', 'notify', 'side_effect', 'workflow_step'],
  cognitive: ['decide', 'plan'],
} as const satisfies Record<WorkCategory, readonly string[]>;

const categories = new Map<string, WorkCategory>([
  ...TYPES.utility.map((type) => [type, 'utility'] as const),
  ...TYPES.actuator.map((type) => [type, 'actuator'] as const),
  ...TYPES.cognitive.map((type) => [type, 'cognitive'] as const),
]);

/** Short names of domains, and what they stand for. */
const domains = new Map([
  ['fact', 'facts'],
  ['admin', 'management'],
  ['mgmt', 'management'],
  ['util', 'utility'],
]);

/** The kind of work a type is; undefined for types that came later. */
export const categoryOf = (type: string): WorkCategory | undefined => categories.get(type);

/** One name for a domain that goes by several. */
export const domainOf = (domain: string): string => domains.get(domain) ?? domain;
