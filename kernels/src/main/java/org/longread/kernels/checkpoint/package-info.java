/**
 * A model folder becomes weights the kernels can use.
 *
 * <p>In: {@code config.json} and safetensors files. Out: {@link
 * org.longread.kernels.checkpoint.ModelConfig} and {@link
 * org.longread.kernels.checkpoint.ModelWeights}. Start at {@link
 * org.longread.kernels.checkpoint.CheckpointLoader}.
 */
package org.longread.kernels.checkpoint;
