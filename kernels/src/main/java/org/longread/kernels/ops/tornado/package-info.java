/**
 * The offloading backend: index scores, token selection and sparse attention as TornadoVM kernels
 * on a device; all else on the host.
 *
 * <p>Start at {@link org.longread.kernels.ops.tornado.DeviceOps}. Kernels ({@code IndexKernels},
 * {@code SelectionKernels}, {@code AttentionKernels}) are static methods that TornadoVM compiles
 * from their bytecode, so they keep to what TornadoVM 5.2 gets right:
 *
 * <ul>
 *   <li>{@code c + a * b} becomes one fused multiply-add on the device; {@link
 *       org.longread.kernels.ops.tornado.KernelMath#madd} says it, here and on threads.
 *   <li>Local arrays are indexed in the kernel itself, never handed to another method: there the
 *       generated address is wrong, silently.
 *   <li>No {@code >>>}, no unsigned comparison, no atomics, no byte local arrays; bits of a float
 *       only by a task that copies.
 *   <li>Every kernel's name starts with {@code lr}: a name of OpenCL's own crashes the JVM.
 * </ul>
 *
 * <p>With these, and divisions and logarithms left to the host, a device gives the bits of {@link
 * org.longread.kernels.ops.ScalarOps}.
 */
package org.longread.kernels.ops.tornado;
