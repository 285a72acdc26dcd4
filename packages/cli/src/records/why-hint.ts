/** How to find out more about an error that names its trace. */
export const whyHint = (traceId: string): string => `  trace ${traceId}, see: seedcore why ${traceId}`;
