/**
 * The part of TornadoVM's API that {@code org.longread.kernels.ops.tornado} calls, under the names
 * of TornadoVM, so that the backend compiles and its kernels are tested where TornadoVM is not.
 *
 * <p>Start at {@link uk.ac.manchester.tornado.api.TornadoExecutionPlan}: a plan owns device copies
 * of its graph's arrays, moves only what the graph says, and runs each work group's threads as Java
 * threads with real barriers. On a machine with TornadoVM its own jar takes the place of this one.
 * Nothing public is declared here that the real API does not have; a test in profile {@code
 * tornadovm} holds that.
 */
package uk.ac.manchester.tornado.api;
