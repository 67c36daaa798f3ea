/**
 * The engine: a model on a backend, and the sequences it reads.
 *
 * <p>In: token ids. Out: logits, log-probabilities, hidden states, evidence and statistics. Ints,
 * floats and records cross this seam; no Spark, no Arrow. Start at {@link
 * org.longread.kernels.Engine} and {@link org.longread.kernels.Session}.
 */
package org.longread.kernels;
