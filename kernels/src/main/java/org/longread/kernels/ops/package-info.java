/**
 * Stage-sized numeric operations: the contract every backend meets, and its readable reference.
 *
 * <p>In: query rows, packed weights and paged caches. Out: rows of float32 and index lists. Start
 * at {@link org.longread.kernels.ops.KernelOps} for the contract and {@link
 * org.longread.kernels.ops.ScalarOps} for what each operation means, bit for bit.
 */
package org.longread.kernels.ops;
