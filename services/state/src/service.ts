import { state } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import { advanceBelief } from './endpoints/advance-belief.ts';
import { deleteAgentState } from './endpoints/delete-agent-state.ts';
import { getAgentState } from './endpoints/get-agent-state.ts';
import { getAggregatedState } from './endpoints/get-aggregated-state.ts';
import { getBelief } from './endpoints/get-belief.ts';
import { getUnifiedState } from './endpoints/get-unified-state.ts';
import { listAgents } from './endpoints/list-agents.ts';
import { searchFacts } from './endpoints/search-facts.ts';
import { setConstraints } from './endpoints/set-constraints.ts';
import { storeFact } from './endpoints/store-fact.ts';
import { updateAgentState } from './endpoints/update-agent-state.ts';
import type { Ports } from './ports.ts';

/** Everything state answers. */
export const stateService = (ports: Ports) =>
  implement(state, {
    get_agent_state: getAgentState(ports),
    update_agent_state: updateAgentState(ports),
    delete_agent_state: deleteAgentState(ports),
    list_agents: listAgents(ports),
    store_fact: storeFact(ports),
    search_facts: searchFacts(ports),
    get_belief: getBelief(ports),
    advance_belief: advanceBelief(ports),
    set_constraints: setConstraints(ports),
    get_aggregated_state: getAggregatedState(ports),
    get_unified_state: getUnifiedState(ports),
  });
