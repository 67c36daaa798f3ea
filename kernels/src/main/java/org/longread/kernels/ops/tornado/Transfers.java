package org.longread.kernels.ops.tornado;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Copies between heap arrays and TornadoVM's, in bulk where they are memory segments.
 *
 * <p>Our class files are for Java 17, which has no {@code MemorySegment}; TornadoVM's arrays are
 * made of one, on a JDK that has it. So the bulk copy is looked up by name.
 */
final class Transfers {
  private static final Optional<Copies> FLOATS = Copies.of("JAVA_FLOAT");
  private static final Optional<Copies> INTS = Copies.of("JAVA_INT");
  private static final Optional<Copies> BYTES = Copies.of("JAVA_BYTE");

  private Transfers() {}

  /** {@code MemorySegment.copy} in both directions, for one kind of element. */
  private record Copies(MethodHandle in, MethodHandle out, int elementBytes) {
    static Optional<Copies> of(String layoutName) {
      try {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        Class<?> layout = Class.forName("java.lang.foreign.ValueLayout");
        Object element = layout.getField(layoutName).get(null);
        MethodHandle segmentOf =
            lookup.findVirtual(
                TornadoNativeArray.class, "getSegment", MethodType.methodType(segment));
        MethodType inType =
            MethodType.methodType(
                void.class, Object.class, int.class, segment, layout, long.class, int.class);
        MethodType outType =
            MethodType.methodType(
                void.class, segment, layout, long.class, Object.class, int.class, int.class);
        MethodHandle in = lookup.findStatic(segment, "copy", inType);
        MethodHandle out = lookup.findStatic(segment, "copy", outType);
        in = MethodHandles.insertArguments(in, 3, element);
        out = MethodHandles.insertArguments(out, 1, element);
        int bytes = layoutName.equals("JAVA_BYTE") ? 1 : Integer.BYTES;
        return Optional.of(
            new Copies(
                MethodHandles.filterArguments(in, 2, segmentOf),
                MethodHandles.filterArguments(out, 0, segmentOf),
                bytes));
      } catch (ReflectiveOperationException olderJdkOrThreads) {
        return Optional.empty();
      }
    }

    void in(Object from, int fromAt, TornadoNativeArray to, int toAt, int n) {
      try {
        in.invoke(from, fromAt, to, (long) toAt * elementBytes, n);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("Cannot copy to a device array", e);
      }
    }

    void out(TornadoNativeArray from, int fromAt, Object to, int toAt, int n) {
      try {
        out.invoke(from, (long) fromAt * elementBytes, to, toAt, n);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("Cannot copy from a device array", e);
      }
    }
  }

  static void in(float[] from, int fromAt, FloatArray to, int toAt, int n) {
    if (FLOATS.isPresent()) {
      FLOATS.get().in(from, fromAt, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(toAt + i, from[fromAt + i]);
    }
  }

  static void in(int[] from, int fromAt, IntArray to, int toAt, int n) {
    if (INTS.isPresent()) {
      INTS.get().in(from, fromAt, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(toAt + i, from[fromAt + i]);
    }
  }

  static void in(byte[] from, int fromAt, ByteArray to, int toAt, int n) {
    if (BYTES.isPresent()) {
      BYTES.get().in(from, fromAt, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(toAt + i, from[fromAt + i]);
    }
  }

  static void out(FloatArray from, int fromAt, float[] to, int toAt, int n) {
    if (FLOATS.isPresent()) {
      FLOATS.get().out(from, fromAt, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[toAt + i] = from.get(fromAt + i);
    }
  }

  static void out(IntArray from, int fromAt, int[] to, int toAt, int n) {
    if (INTS.isPresent()) {
      INTS.get().out(from, fromAt, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[toAt + i] = from.get(fromAt + i);
    }
  }
}
