/**
 * What attention costs at every position, measured on the real forward pass with random weights,
 * and how near single kernels come to the machine's limits.
 *
 * <p>In: the shape of a model and the name of a backend. Out: {@link
 * org.longread.kernels.bench.PositionCost} per position, phase and attention mode, curves through
 * them, and {@link org.longread.kernels.bench.KernelResult} per kernel. Start at {@link
 * org.longread.kernels.bench.BenchBackend}; it gives {@link org.longread.kernels.bench.LayerBench}
 * and {@link org.longread.kernels.bench.KernelBench}.
 */
package org.longread.kernels.bench;
