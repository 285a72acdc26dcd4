export { Inflow, type Taken } from './inflow.ts';
export { Outflow } from './outflow.ts';
