import { state } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import { advanceBelief } from './endpoints/advance-belief.ts';
import { backupState } from './endpoints/backup-state.ts';
import { deleteAgentState } from './endpoints/delete-agent-state.ts';
import { getAgentState } from './endpoints/get-agent-state.ts';
import { getAggregatedState } from './endpoints/get-aggregated-state.ts';
import { getBelief } from './endpoints/get-belief.ts';
import { getUnifiedState } from './endpoints/get-unified-state.ts';
import { listAgents } from './endpoints/list-agents.ts';
import { listBackups } from './endpoints/list-backups.ts';
import { restoreState } from './endpoints/restore-state.ts';
import { searchFacts } from './endpoints/search-facts.ts';
import { setConstraints } from './endpoints/set-constraints.ts';
import { storeFact } from './endpoints/store-fact.ts';
import { unlessHeld } from './endpoints/unless-held.ts';
import { updateAgentState } from './endpoints/update-agent-state.ts';
import type { Ports } from './ports.ts';

/** Everything state answers. */
export const stateService = (ports: Ports) =>
  implement(state, {
    get_agent_state: getAgentState(ports),
    update_agent_state: unlessHeld(ports.backups.held, 'agents', updateAgentState(ports)),
    delete_agent_state: unlessHeld(ports.backups.held, 'agents', deleteAgentState(ports)),
    list_agents: listAgents(ports),
    store_fact: unlessHeld(ports.backups.held, 'facts', storeFact(ports)),
    search_facts: searchFacts(ports),
    get_belief: getBelief(ports),
    advance_belief: unlessHeld(ports.backups.held, 'beliefs', advanceBelief(ports)),
    set_constraints: unlessHeld(ports.backups.held, 'beliefs', setConstraints(ports)),
    get_aggregated_state: getAggregatedState(ports),
    get_unified_state: getUnifiedState(ports),
    backup_state: backupState(ports.backups),
    restore_state: restoreState(ports.backups),
    list_backups: listBackups(ports.backups),
  });
