package org.longread.kernels.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.longread.kernels.StreamingPlan;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;

/** Measures what a plan of streaming stands on. */
public final class MachineRates {
  private static final int READERS = 2;
  private static final int BLOCK_BYTES = 8 << 20;
  private static final long MOST_READ_BYTES = 1L << 30;
  private static final long READ_NANOS = 1_500_000_000;
  private static final long COMPUTE_NANOS = 300_000_000;
  private static final int SEED = 5;

  private MachineRates() {}

  /**
   * Rates just now; files that the system has in its cache are read from there.
   *
   * @param model folder with safetensors files
   * @param threads that compute at once
   */
  public static StreamingPlan.Rates measure(Path model, int threads) {
    return new StreamingPlan.Rates(readBytesPerSecond(model), flopsPerSecond(threads));
  }

  /**
   * Multiply-adds of all threads at once, two FLOPs each, by the time they had a processor: what
   * else runs does not count. 0 if the backend has no probe.
   */
  public static double flopsPerSecond(int threads) {
    KernelOps ops = BackendChoice.choose("auto").ops();
    if (new FmaPeak(ops).gflops() == 0) {
      return 0;
    }
    List<Callable<Long>> probes =
        Collections.nCopies(
            threads, () -> Math.round(1e9 * CpuClock.rate(ops::fmaProbe, COMPUTE_NANOS)));
    return sum(probes);
  }

  /** Bytes per second of large blocks at random places, by as many threads as weights have. */
  public static double readBytesPerSecond(Path model) {
    List<Path> files = files(model);
    long start = System.nanoTime();
    List<Callable<Long>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(SEED + i);
      readers.add(() -> read(files, random, start));
    }
    long bytes = sum(readers);
    return bytes * 1e9 / Math.max(1, System.nanoTime() - start);
  }

  private static List<Path> files(Path model) {
    try (Stream<Path> found = Files.list(model)) {
      List<Path> files =
          found.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
      if (files.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid model: " + model + " (expected safetensors files)");
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + model + ": " + e.getMessage(), e);
    }
  }

  private static long read(List<Path> files, Random random, long start) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    long bytes = 0;
    while (bytes < MOST_READ_BYTES / READERS && System.nanoTime() - start < READ_NANOS) {
      Path path = files.get(random.nextInt(files.size()));
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
        long blocks = Math.max(1, file.length() / BLOCK_BYTES);
        file.seek(Math.floorMod(random.nextLong(), blocks) * BLOCK_BYTES);
        int size = (int) Math.min(BLOCK_BYTES, file.length() - file.getFilePointer());
        for (int done = 0; done < size; done += 1 << 20) {
          file.readFully(block, done, Math.min(1 << 20, size - done));
        }
        bytes += size;
      }
    }
    return bytes;
  }

  private static long sum(List<Callable<Long>> parts) {
    ExecutorService threads = Executors.newFixedThreadPool(parts.size());
    try {
      long sum = 0;
      for (Future<Long> part : threads.invokeAll(parts)) {
        sum += part.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot measure: thread interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot measure: " + e.getCause(), e);
    } finally {
      threads.shutdown();
    }
  }
}
