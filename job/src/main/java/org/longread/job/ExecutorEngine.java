package org.longread.job;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.longread.job.read.DocumentTokenizer;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.ResidentMemory;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.ops.DeviceRequest;

/**
 * The engine of this JVM, with its tokenizer and memory budget: one per model, backend and device,
 * opened by the first who needs it and shared by all task threads.
 *
 * <p>An engine stays open between Spark tasks and between runs of one JVM. It is closed when
 * another model is opened and nobody leases it any more; its memory is freed with the JVM
 * otherwise.
 */
final class ExecutorEngine implements AutoCloseable {
  /** The one mutable static: engines open in this JVM, guarded by the class. */
  private static final Map<Key, ExecutorEngine> OPEN = new HashMap<>();

  private final Engine engine;
  private final Optional<DocumentTokenizer> tokenizer;
  private final MemoryBudget memory;
  private final CompletableFuture<List<String>> slowKernels = new CompletableFuture<>();
  private int leases;

  private record Key(EngineSpec spec, JobConf.Engine options, DeviceRequest device) {
    static Key of(EngineSpec spec, JobConf conf, DeviceRequest device) {
      JobConf.Engine given = conf.engine();
      JobConf.Engine opening =
          new JobConf.Engine(
              "",
              given.backend(),
              "",
              null,
              0,
              0,
              null,
              1,
              given.memoryLimitBytes(),
              given.chunkTokens(),
              0);
      return new Key(spec, opening, device);
    }
  }

  private ExecutorEngine(Engine engine, Optional<DocumentTokenizer> tokenizer, long memoryLimit) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.memory = MemoryBudget.of(memoryLimit, engine.weightBytes());
    Thread check = new Thread(this::checkSpeed, "longread-speed-check");
    check.setDaemon(true);
    check.start();
  }

  /**
   * Names kernels that are far slower than they should be. Runs beside what opens the engine, which
   * it never delays or fails, and has the kernels compiled by the time the first document is there.
   */
  private void checkSpeed() {
    List<String> slow = BenchBackend.choose(engine.backend()).speed().warnings();
    slow.forEach(warning -> System.err.println("Backend " + engine.backend() + ": " + warning));
    slowKernels.complete(slow);
  }

  /** What the check has found so far. */
  private List<String> slowKernels() {
    return slowKernels.getNow(List.of());
  }

  /**
   * Leases the engine of a run, opening it if it is not open; {@link #close} ends the lease.
   *
   * @param device the device of this task, as {@link ExecutorDevice} says
   * @throws RuntimeException if model or backend cannot be opened, saying why
   */
  static synchronized ExecutorEngine lease(
      EngineSpec spec, JobConf conf, DeviceRequest device, Configuration hadoop) {
    Key key = Key.of(spec, conf, device);
    ExecutorEngine shared = OPEN.get(key);
    if (shared == null) {
      closeIdle();
      shared = open(ModelFolder.onThisHost(spec.model(), hadoop), spec, conf, device);
      OPEN.put(key, shared);
    }
    shared.leases++;
    return shared;
  }

  private static ExecutorEngine open(
      Path folder, EngineSpec spec, JobConf conf, DeviceRequest device) {
    Optional<DocumentTokenizer> tokenizer =
        spec.tokenizes() ? Optional.of(DocumentTokenizer.open(folder)) : Optional.empty();
    try {
      JobConf.Engine given = conf.engine();
      EngineOptions options =
          new EngineOptions(folder, given.backend(), device, given.chunkTokens(), spec.threads());
      Engine engine = Engine.open(options);
      passedOver(engine.backend(), engine.passedOver()).forEach(System.err::println);
      return new ExecutorEngine(engine, tokenizer, conf.engine().memoryLimitBytes());
    } catch (RuntimeException e) {
      tokenizer.ifPresent(DocumentTokenizer::close);
      throw e;
    }
  }

  /** A slow run must not pass for a fast one: why each better backend was not taken. */
  static Stream<String> passedOver(String backend, List<String> reasons) {
    return reasons.stream()
        .map(reason -> "Backend %s is used; passed over %s".formatted(backend, reason));
  }

  /** Closes engines that nobody leases. */
  static synchronized void closeIdle() {
    OPEN.values()
        .removeIf(
            shared -> {
              if (shared.leases > 0) {
                return false;
              }
              shared.engine.close();
              shared.tokenizer.ifPresent(DocumentTokenizer::close);
              return true;
            });
  }

  Engine engine() {
    return engine;
  }

  Optional<DocumentTokenizer> tokenizer() {
    return tokenizer;
  }

  MemoryBudget memory() {
    return memory;
  }

  /** How this JVM is now. */
  ExecutorHealth health() {
    long caches = memory.mostReservedBytes();
    return new ExecutorHealth(
        engine.memoryPlan().peakBytes(caches), ResidentMemory.peakBytes().orElse(0), slowKernels());
  }

  /** Ends a lease; the engine stays open for the next Spark task. */
  @Override
  public void close() {
    synchronized (ExecutorEngine.class) {
      leases--;
    }
  }
}
