/** Thinks, and touches nothing. */
export { MeshIncidents } from './adapters/mesh-incidents.ts';
export type { Incidents, Ports, ThoughtDone } from './ports.ts';
export { cognitiveService } from './service.ts';
