/** The coordinator as other code may start it; the process itself is `main.ts`. */
export { coordinatorService, type ServicePorts } from './service.ts';
