package org.longread.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.longread.job.read.ChatFrame;
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
  /** The one mutable static. */
  private static final ThisJvm HERE =
      new ThisJvm(new ConcurrentHashMap<>(), new EngineMeter(), new Checksums());

  private final Engine engine;
  private final Path folder;
  private final MemoryBudget memory;
  private final CompletableFuture<List<String>> slowKernels = new CompletableFuture<>();
  private Optional<DocumentTokenizer> tokenizer = Optional.empty();
  private int leases;

  /**
   * What this JVM has of engines.
   *
   * @param open engines by what was asked for; changed under the lock of the class
   * @param meter what all of them do, those that were closed, too
   * @param checksums of the models they are made from
   */
  private record ThisJvm(Map<Key, ExecutorEngine> open, EngineMeter meter, Checksums checksums) {}

  private record Key(EngineSpec spec, JobConf.Engine options, DeviceRequest device) {
    static Key of(EngineSpec spec, JobConf.Engine given, DeviceRequest device) {
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
              0,
              given.weights(),
              given.computePrecision());
      return new Key(spec.tokenizing(), opening, device);
    }
  }

  private final Map<JobConf.PromptFormat, ChatFrame> chatFrames = new ConcurrentHashMap<>();

  private ExecutorEngine(Engine engine, Path folder, long memoryLimit) {
    this.engine = engine;
    this.folder = folder;
    this.memory = MemoryBudget.of(memoryLimit, engine.bytesBesideDocuments());
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
      EngineSpec spec, JobConf.Engine options, DeviceRequest device, Configuration hadoop) {
    Key key = Key.of(spec, options, device);
    ExecutorEngine shared = HERE.open().get(key);
    if (shared == null) {
      closeIdle();
      Path folder = ModelFolder.onThisHost(spec.model(), hadoop);
      ModelFolder.requireSame(folder, spec);
      shared = open(folder, spec, options, device);
      HERE.open().put(key, shared);
    }
    if (spec.tokenizes() && shared.tokenizer.isEmpty()) {
      shared.tokenizer = Optional.of(DocumentTokenizer.open(shared.folder));
    }
    shared.leases++;
    return shared;
  }

  private static ExecutorEngine open(
      Path folder, EngineSpec spec, JobConf.Engine given, DeviceRequest device) {
    EngineOptions options =
        new EngineOptions(
            folder,
            given.backend(),
            device,
            given.chunkTokens(),
            spec.threads(),
            given.weights(),
            given.computePrecision());
    Engine engine = Engine.open(options);
    passedOver(engine.backend(), engine.passedOver()).forEach(System.err::println);
    return new ExecutorEngine(engine, folder, given.memoryLimitBytes());
  }

  /** A slow run must not pass for a fast one: why each better backend was not taken. */
  static Stream<String> passedOver(String backend, List<String> reasons) {
    return reasons.stream()
        .map(reason -> "Backend %s is used; passed over %s".formatted(backend, reason));
  }

  /** Closes engines that nobody leases. */
  private static synchronized void closeIdle() {
    HERE.open()
        .values()
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

  /**
   * Closes every engine; one that is leased, when that ends. After {@code patience} those still
   * leased are left to the end of the JVM, with a word on standard error.
   */
  static synchronized void closeAll(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    closeIdle();
    for (long left = patience.toNanos(); !HERE.open().isEmpty() && left > 0; ) {
      try {
        TimeUnit.NANOSECONDS.timedWait(ExecutorEngine.class, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      closeIdle();
      left = deadline - System.nanoTime();
    }
    if (!HERE.open().isEmpty()) {
      System.err.println("longread: Cannot close the engine: Spark tasks still use it");
    }
  }

  /** What engines of this JVM have done, and what they hold. */
  static ExecutorReading reading() {
    long cacheBytes = 0;
    for (ExecutorEngine shared : HERE.open().values()) {
      cacheBytes += shared.memory.reservedBytes();
    }
    return HERE.meter().reading(HERE.open().size(), cacheBytes);
  }

  /** Checksums of models this JVM has read. */
  static Checksums checksums() {
    return HERE.checksums();
  }

  /** Counts what is done with any engine of this JVM. */
  EngineMeter meter() {
    return HERE.meter();
  }

  Engine engine() {
    return engine;
  }

  /** There if a lease asked for it. */
  Optional<DocumentTokenizer> tokenizer() {
    return tokenizer;
  }

  /** What the model's chat template puts around a message; found once. */
  ChatFrame chatFrame(JobConf.PromptFormat format) {
    return chatFrames.computeIfAbsent(
        format, asked -> ChatFrame.of(asked, folder, engine.config().variant()));
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
      ExecutorEngine.class.notifyAll();
    }
  }
}
