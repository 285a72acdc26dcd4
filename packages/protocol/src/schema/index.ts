export { type Checking, CheckSampler } from './check-sampler.ts';
export { checksOnly } from './checks-only.ts';
export { contractHash, sha256 } from './contract-hash.ts';
export { describeEndpoint, describeService, inputSchema, outputSchema } from './describe.ts';
export { exampleOf, exampleOfSchema } from './example.ts';
export { badInput, type Problem, type Validated, validate } from './validate.ts';
