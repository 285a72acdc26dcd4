import type { FailureClass, Remedy } from '@seedcore/contracts';

/** What is known about a class of failures beforehand. */
export type Lore = {
  readonly cause: string;
  /** What to look at to tell whether that is it. */
  readonly test: string;
  /** Likely to pass by itself. */
  readonly transient: boolean;
  /** What to do when no past incident knows better. */
  readonly remedy: Remedy;
};

/** The lore of every class. */
export const failureLore: Readonly<Record<FailureClass, Lore>> = {
  transient_network: {
    cause: 'a connection broke on its way',
    test: 'call the same target again and compare with other targets of this host',
    transient: true,
    remedy: 'retry',
  },
  timeout: {
    cause: 'an answer did not come within its time',
    test: 'compare the 95 % latency of the target with the deadline',
    transient: true,
    remedy: 'retry',
  },
  overload: {
    cause: 'more work arrives than can be done',
    test: 'look at queue length and processor use of the component over the last minutes',
    transient: true,
    remedy: 'reduce_load',
  },
  rate_limit: {
    cause: 'an allowance of requests is used up',
    test: 'count the requests of the last window against the allowance',
    transient: true,
    remedy: 'retry_later',
  },
  dependency_down: {
    cause: 'something it depends on does not answer',
    test: 'ask the dependency for its health from the same host',
    transient: true,
    remedy: 'retry_later',
  },
  bad_input: {
    cause: 'the input does not have the form that is expected',
    test: 'validate the input against the schema of the endpoint or skill',
    transient: false,
    remedy: 'fix_input',
  },
  permission: {
    cause: 'the caller may not do this, or its credentials no longer hold',
    test: 'try the same action with credentials known to be good',
    transient: false,
    remedy: 'grant_permission',
  },
  not_found: {
    cause: 'what it names does not exist, or no longer',
    test: 'list what exists and look for the name',
    transient: false,
    remedy: 'escalate_human',
  },
  conflict: {
    cause: 'somebody else changed the same thing first',
    test: 'read the current revision and compare it with the expected one',
    transient: true,
    remedy: 'retry',
  },
  resource_exhausted: {
    cause: 'disk, memory or handles of the machine are used up',
    test: 'look at free disk, memory and open files of the component',
    transient: false,
    remedy: 'restart_component',
  },
  data_quality: {
    cause: 'the data itself is unusual, incomplete or damaged',
    test: 'plot the values around the reported places and compare with a second source',
    transient: false,
    remedy: 'fix_input',
  },
  model_output: {
    cause: 'a language model answered in a form that cannot be used',
    test: 'validate the raw reply against the schema it was asked for',
    transient: false,
    remedy: 'respawn_with_correction',
  },
  logic_defect: {
    cause: 'the program does something its author did not intend',
    test: 'run the same input once more and see whether it fails in the same place',
    transient: false,
    remedy: 'escalate_human',
  },
  configuration: {
    cause: 'a setting is wrong or missing, often since a recent change',
    test: 'compare the settings with those of the last version that worked',
    transient: false,
    remedy: 'rollback',
  },
  cancelled: {
    cause: 'somebody stopped it on purpose',
    test: 'ask who cancelled, by the trace of the call',
    transient: false,
    remedy: 'no_action',
  },
  unknown: {
    cause: 'no rule recognises this failure',
    test: 'add the error code, the component and a timeline, and ask again',
    transient: false,
    remedy: 'escalate_human',
  },
};

/** What a remedy means, and whether it can be undone. */
export const remedyLore: Readonly<Record<Remedy, { readonly text: string; readonly reversible: boolean }>> = {
  retry: { text: 'Try the same again, with backoff.', reversible: true },
  retry_later: { text: 'Wait until the other side is ready, then try again.', reversible: true },
  reduce_load: { text: 'Send less: lower the concurrency, shed optional work, or add instances.', reversible: true },
  fix_input: { text: 'Correct the input, then submit it again.', reversible: true },
  grant_permission: { text: 'Have the missing right or fresh credentials granted, then try again.', reversible: true },
  restart_component: { text: 'Free what is used up, then restart the component.', reversible: true },
  rollback: { text: 'Go back to the last settings or version that worked.', reversible: true },
  respawn_with_correction: {
    text: 'Run the attempt again and tell it what was wrong with the answer.',
    reversible: true,
  },
  reconfigure: { text: 'Change the setting that past incidents point to.', reversible: true },
  retrain: { text: 'Train the model again on data that includes this case.', reversible: false },
  escalate_human: { text: 'Ask a person: no safe automatic remedy is known.', reversible: true },
  no_action: { text: 'Do nothing: this was intended.', reversible: true },
};
