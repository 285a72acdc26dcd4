import { MeshError, type MeshErrorCode } from '@seedcore/protocol';

/** Anything thrown that is no MeshError is a defect of the protected work. */
export const codeOf = (error: unknown): MeshErrorCode => (error instanceof MeshError ? error.code : 'internal');
