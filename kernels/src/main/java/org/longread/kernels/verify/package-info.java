/**
 * Holds a backend to reference output, stage by stage.
 *
 * <p>In: folders in the golden data format (a model folder with {@code expected.safetensors}, or a
 * kernel folder with {@code kernels.json}). Out: {@link org.longread.kernels.verify.VerifyReport}.
 * Start at {@link org.longread.kernels.verify.GoldenVerifier}.
 */
package org.longread.kernels.verify;
