/**
 * What attention costs at every position, measured on the real forward pass with random weights.
 *
 * <p>In: the shape of a model. Out: {@link org.longread.kernels.bench.PositionCost} per position,
 * phase and attention mode. Start at {@link org.longread.kernels.bench.LayerBench}.
 */
package org.longread.kernels.bench;
