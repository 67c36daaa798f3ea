package org.longread.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

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
    return new Ops(Path.of(System.getProperty(MARK)));
  }

  private static final class Ops implements KernelOps {
    private final KernelOps sound = new ScalarOps();
    private final AtomicInteger calls = new AtomicInteger();
    private final Path mark;
    private volatile boolean failed;

    Ops(Path mark) {
      this.mark = mark;
    }

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public String device() {
      return "a device that fails once";
    }

    @Override
    public DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse) {
      return sound.sparseAttention(call, out, lse);
    }

    private boolean isFirst() {
      try {
        Files.writeString(Files.createFile(mark), Long.toString(ProcessHandle.current().pid()));
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void matmul(int t, Rows x, WeightMatrix weight, Rows y) {
      if (failed || (calls.incrementAndGet() == CALLS_BEFORE && isFirst())) {
        failed = true;
        throw new DeviceException("Cannot go on with the device: it failed on purpose", null);
      }
      sound.matmul(t, x, weight, y);
    }

    @Override
    public void indexScores(IndexQueries tile, TokenPages keys, Rows scores) {
      sound.indexScores(tile, keys, scores);
    }

    @Override
    public void indexScores(IndexQueries tile, CodePages keys, Rows scores) {
      sound.indexScores(tile, keys, scores);
    }

    @Override
    public void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices) {
      sound.selectTopK(scores, rows, firstCount, topK, indices);
    }

    @Override
    public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
      sound.denseAttention(call, out, lse);
    }

    @Override
    public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
      sound.attentionWeights(call, lse, weights);
    }
  }
}
