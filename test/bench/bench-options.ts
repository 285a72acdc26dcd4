import { parseArgs } from 'node:util';

/** What every benchmark of contenders is told on its command line. @throws TypeError for an option that none has */
export const benchOptions = () =>
  parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      cells: { type: 'string' },
      json: { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
