package org.longread.kernels;

/**
 * How well the selection stood in for dense attention at the sampled queries.
 *
 * @param samples query-layer pairs compared; 0 if none had more tokens in sight than it may keep
 * @param capturedMass mean share of the dense attention probability that the selection keeps, heads
 *     averaged; NaN without samples
 * @param recall mean share of the best top-k tokens by dense attention that the selection contains;
 *     NaN without samples
 */
public record SelectionQuality(long samples, double capturedMass, double recall) {}
