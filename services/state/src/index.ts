/** The memory of the organism, and one picture of everything. */
export type { Announcements, Ports } from './ports.ts';
export { stateService } from './service.ts';
