import { state } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import { advanceBelief } from './endpoints/advance-belief.ts';
import { backupState } from './endpoints/backup-state.ts';
import { deleteAgentState } from './endpoints/delete-agent-state.ts';
import { deleteFact } from './endpoints/delete-fact.ts';
import { deleteItem } from './endpoints/delete-item.ts';
import { deleteMemory } from './endpoints/delete-memory.ts';
import { getAgentState } from './endpoints/get-agent-state.ts';
import { getAggregatedState } from './endpoints/get-aggregated-state.ts';
import { getBelief } from './endpoints/get-belief.ts';
import { getItem } from './endpoints/get-item.ts';
import { getMemoryStats } from './endpoints/get-memory-stats.ts';
import { getStateStats } from './endpoints/get-state-stats.ts';
import { getStateSummary } from './endpoints/get-state-summary.ts';
import { getSystemState } from './endpoints/get-system-state.ts';
import { getTopMisses } from './endpoints/get-top-misses.ts';
import { getUnifiedState } from './endpoints/get-unified-state.ts';
import { listAgents } from './endpoints/list-agents.ts';
import { listBackups } from './endpoints/list-backups.ts';
import { restoreState } from './endpoints/restore-state.ts';
import { retrieveMemory } from './endpoints/retrieve-memory.ts';
import { searchFacts } from './endpoints/search-facts.ts';
import { searchMemory } from './endpoints/search-memory.ts';
import { setConstraints } from './endpoints/set-constraints.ts';
import { setItem } from './endpoints/set-item.ts';
import { storeFact } from './endpoints/store-fact.ts';
import { storeMemory } from './endpoints/store-memory.ts';
import { unlessHeld } from './endpoints/unless-held.ts';
import { updateAgentState } from './endpoints/update-agent-state.ts';
import type { Ports } from './ports.ts';
import type { WorkingMemory } from './work/working-memory.ts';

/** Everything state answers. */
export const stateService = (ports: Ports & { readonly workingMemory: WorkingMemory }) =>
  implement(state, {
    get_agent_state: getAgentState(ports),
    update_agent_state: unlessHeld(ports.backups.held, 'agents', updateAgentState(ports)),
    delete_agent_state: unlessHeld(ports.backups.held, 'agents', deleteAgentState(ports)),
    list_agents: listAgents(ports),
    store_fact: unlessHeld(ports.backups.held, 'facts', storeFact(ports)),
    search_facts: searchFacts(ports),
    store_memory: unlessHeld(ports.backups.held, 'memory', storeMemory(ports)),
    retrieve_memory: retrieveMemory(ports),
    search_memory: searchMemory(ports),
    delete_memory: unlessHeld(ports.backups.held, 'memory', deleteMemory(ports)),
    get_memory_stats: getMemoryStats(ports),
    delete_fact: unlessHeld(ports.backups.held, 'facts', deleteFact(ports)),
    get_belief: getBelief(ports),
    get_item: getItem(ports.workingMemory),
    set_item: setItem(ports.workingMemory),
    delete_item: deleteItem(ports.workingMemory),
    get_top_misses: getTopMisses(ports.workingMemory),
    advance_belief: unlessHeld(ports.backups.held, 'beliefs', advanceBelief(ports)),
    set_constraints: unlessHeld(ports.backups.held, 'beliefs', setConstraints(ports)),
    get_aggregated_state: getAggregatedState(ports),
    get_unified_state: getUnifiedState(ports),
    get_state_summary: getStateSummary(ports),
    get_system_state: getSystemState(ports),
    get_state_stats: getStateStats(ports),
    backup_state: backupState(ports.backups),
    restore_state: restoreState(ports.backups),
    list_backups: listBackups(ports.backups),
  });
