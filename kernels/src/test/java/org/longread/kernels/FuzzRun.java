package org.longread.kernels;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where .ci/fuzz begins: a fuzz target that has been through the inputs we keep, so that loading
 * and instrumenting classes counts as no input's time. System properties name target and inputs.
 */
public final class FuzzRun {
  private static final MethodHandle TARGET = target(System.getProperty("longread.fuzz.target"));

  private FuzzRun() {}

  private static MethodHandle target(String name) {
    try {
      return MethodHandles.lookup()
          .findStatic(
              Class.forName(name),
              "fuzzerTestOneInput",
              MethodType.methodType(void.class, byte[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no fuzz target " + name, e);
    }
  }

  /** Runs the target on every input we keep. */
  public static void fuzzerInitialize() throws Throwable {
    Path inputs = Path.of(System.getProperty("longread.fuzz.inputs"));
    try (Stream<Path> files = Files.list(inputs)) {
      for (Path file : files.sorted().toList()) {
        run(file);
      }
    }
  }

  private static void run(Path file) throws Throwable {
    try {
      fuzzerTestOneInput(Files.readAllBytes(file));
    } catch (RuntimeException | IOException e) {
      throw new IllegalStateException("broken by " + file, e);
    }
  }

  /** Runs the target. */
  public static void fuzzerTestOneInput(byte[] input) throws Throwable {
    TARGET.invokeExact(input);
  }
}
