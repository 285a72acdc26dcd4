import type { AgentRecord, MemoryItem } from '@seedcore/contracts';

/** Who wants to read, and where it and the owners of memories belong. */
export type Reader = {
  readonly agentId: string;
  /** The organ an agent is in now; undefined when it is in none, or unknown. */
  readonly organOf: (agentId: string) => string | undefined;
  readonly projectId: string | undefined;
};

/** Whose memories are meant. */
export type Circle = 'own' | 'project' | 'organ' | 'public';

/** The reader `agentId`, as far as the records of agents tell. */
export function readerOf(agentId: string, recordOf: (agentId: string) => AgentRecord | undefined): Reader {
  const organOf = (of: string) => recordOf(of)?.organ_id ?? undefined;
  return { agentId, organOf, projectId: recordOf(agentId)?.project_id ?? undefined };
}

/** As whom the reader may see a memory; undefined when it may not. What is not known to be shared is not shared. */
export function circleOf(reader: Reader, item: MemoryItem): Circle | undefined {
  if (item.agent_id === reader.agentId) return 'own';
  if (item.visibility === 'public') return 'public';
  if (item.visibility === 'project' && item.project_id !== undefined && item.project_id === reader.projectId)
    return 'project';
  if (item.visibility !== 'organ') return undefined;
  const organ = reader.organOf(reader.agentId);
  return organ !== undefined && organ === reader.organOf(item.agent_id) ? 'organ' : undefined;
}
