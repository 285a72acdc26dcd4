import type { EnergyWeights } from '@seedcore/contracts';

/** What each term counts for unless somebody says otherwise. */
export const defaultWeights: EnergyWeights = {
  alpha: 0.1,
  lambda: 0.01,
  beta: 0.05,
  lambda_drift: 0.05,
  mu_anomaly: 0.03,
};

/** What each unit of pattern strength counts for. */
export const patternWeight = 0.1;
