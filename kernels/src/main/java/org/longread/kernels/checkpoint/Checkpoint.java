package org.longread.kernels.checkpoint;

/**
 * A model folder, read and checked.
 *
 * @param config its configuration
 * @param weights its weights, packed
 */
public record Checkpoint(ModelConfig config, ModelWeights weights) {}
