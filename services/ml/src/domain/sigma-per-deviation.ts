/**
 * Median absolute deviation → standard deviation of a normal distribution: 1 / Φ⁻¹(3/4).
 *
 * @source Iglewicz & Hoaglin, "How to Detect and Handle Outliers" (1993), §3.3
 */
export const sigmaPerMad = 1 / 0.6745;

/** Mean absolute deviation → standard deviation of a normal distribution: √(π/2). */
export const sigmaPerMeanDeviation = 1.253314;
