package org.longread.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.ScalarOps;

/**
 * A backend whose device fails in the first JVM that has worked for a while, and in that JVM for
 * good: every later JVM has a sound one. A JVM finds it where {@link #install} has put its name on
 * the class path, and takes it before all others.
 */
public final class FailingDevice implements KernelBackend {
  private static final String MARK = "longread.failing.mark";
  private static final int CALLS_BEFORE = 300;

  /** Puts the backend's name into a folder for the class path. */
  static void install(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(KernelBackend.class.getName()), FailingDevice.class.getName());
  }

  /** The option that tells a JVM where to note that the device has failed. */
  static String option(Path mark) {
    return "-D" + MARK + "=" + mark;
  }

  @Override
  public String name() {
    return "failing";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public KernelOps open() {
    Path mark = Path.of(System.getProperty(MARK));
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    return InterceptedOps.of(
        new ScalarOps(),
        (method, arguments, real) ->
            switch (method) {
              case "name" -> name();
              case "device" -> "a device that fails once";
              case "matmul" -> {
                if (calls.incrementAndGet() == CALLS_BEFORE && isFirst(mark)) {
                  failed.set(true);
                }
                if (failed.get()) {
                  throw new DeviceException(
                      "Cannot go on with the device: it failed on purpose", null);
                }
                yield real.make();
              }
              default -> real.make();
            });
  }

  private static boolean isFirst(Path mark) {
    try {
      Files.writeString(Files.createFile(mark), Long.toString(ProcessHandle.current().pid()));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
