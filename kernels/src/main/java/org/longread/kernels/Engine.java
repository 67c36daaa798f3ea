package org.longread.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.checkpoint.Checkpoint;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.forward.LayerSweep;
import org.longread.kernels.forward.Sequence;
import org.longread.kernels.forward.SweepPlan;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.Rows;

/**
 * A model on a backend, ready to read sequences. Safe for use by several threads, each with its own
 * sessions. Owns the weights; sessions own their caches.
 */
public final class Engine implements AutoCloseable {
  private final TransformerModel model;
  private final long weightBytes;
  private final Optional<StreamedWeights> streamed;
  private final Optional<SweepQueue> sweeps;
  private final List<String> passedOver;
  private final int chunkTokens;
  private final Workers workers;
  private int openSessions;
  private boolean closed;

  /**
   * An engine on a checkpoint already loaded.
   *
   * @param chunkTokens tokens prefilled at once
   * @param threads threads that may compute at once, callers included
   */
  public Engine(Checkpoint checkpoint, BackendChoice backend, int chunkTokens, int threads) {
    this.workers = new Workers(threads);
    this.model =
        new TransformerModel(checkpoint.config(), checkpoint.weights(), backend.ops(), workers);
    this.weightBytes = checkpoint.weights().bytes();
    this.passedOver = backend.passedOver();
    this.chunkTokens = chunkTokens;
    this.streamed = Optional.empty();
    this.sweeps = Optional.empty();
  }

  /**
   * An engine that reads weights in every sweep; it owns them.
   *
   * @param chunkTokens tokens prefilled at once
   * @param threads threads that may compute at once, beside those that read
   */
  public Engine(StreamedWeights weights, BackendChoice backend, int chunkTokens, int threads) {
    this.workers = new Workers(threads);
    this.model = new TransformerModel(weights, backend.ops(), workers);
    this.weightBytes = weights.budgetBytes();
    this.passedOver = backend.passedOver();
    this.chunkTokens = chunkTokens;
    this.streamed = Optional.of(weights);
    this.sweeps = model.sweep().map(layers -> new SweepQueue(model, layers));
  }

  /**
   * Loads and checks the model and opens the backend.
   *
   * @throws IllegalArgumentException for a bad model folder or backend, saying what and where
   */
  public static Engine open(EngineOptions options) {
    BackendChoice backend =
        BackendChoice.choose(options.backend(), options.device()).in(options.precision());
    try {
      CheckpointInventory inventory = CheckpointInventory.check(options.model());
      EngineOptions.check(options.precision(), inventory.config());
      WeightPlacement placement = WeightPlacement.of(inventory, options);
      if (placement.isStreamed()) {
        StreamedWeights weights = StreamedWeights.open(inventory, placement.bytes());
        return new Engine(weights, backend, options.chunkTokens(), options.threads());
      }
      Checkpoint checkpoint = CheckpointLoader.load(inventory);
      return new Engine(checkpoint, backend, options.chunkTokens(), options.threads());
    } catch (RuntimeException e) {
      backend.ops().close();
      throw e;
    }
  }

  /** The model's configuration. */
  public ModelConfig config() {
    return model.config();
  }

  /** Name of the backend in use: scalar, cpu, tornado. */
  public String backend() {
    return model.ops().name();
  }

  /** The hardware the backend uses, in words. */
  public String device() {
    return model.ops().device();
  }

  /** "name: reason" for each better backend that could not be taken. */
  public List<String> passedOver() {
    return passedOver;
  }

  /**
   * Whether weights are read in every sweep: reading many sessions at once, {@link #read}, is then
   * what makes it fast.
   */
  public boolean streams() {
    return streamed.isPresent();
  }

  /** Bytes of the packed weights, or of the memory they are streamed through. */
  public long weightBytes() {
    return weightBytes;
  }

  /** Bytes that documents cannot have: weights, and the work space of sweeps over many of them. */
  public long bytesBesideDocuments() {
    return weightBytes + (streams() ? memoryPlan().workBytes(chunkTokens) : 0);
  }

  /** What this engine and the sequences it reads take. */
  public MemoryPlan memoryPlan() {
    return new MemoryPlan(config(), weightBytes, chunkTokens, workers.threads());
  }

  /** Bytes the cache of a sequence takes at {@code tokens} tokens in all. */
  public long plannedBytes(long tokens, IndexPrecision precision) {
    return memoryPlan().cacheBytes(tokens, precision);
  }

  /**
   * Bytes that reading {@code tokens} tokens takes beside the cache of a sequence that goes on: in
   * an engine that streams, all of them are on their way at once.
   */
  public long plannedReadingBytes(long tokens) {
    return streams() ? SweepPlan.rowBytes(config()) * tokens : 0;
  }

  /** Bytes that a {@link #newPassingSession passing session} of so many tokens takes. */
  public long plannedPassingBytes(long tokens, IndexPrecision precision) {
    long cache = plannedBytes(tokens, precision);
    // One layer's, if all had index keys.
    long layers = Math.max(1, config().hasIndexer() ? config().indexLayers() : config().layers());
    return streams() ? cache / layers + plannedReadingBytes(tokens) : cache;
  }

  /**
   * Bytes a {@link Session#fork fork} takes at most beside its origin's when it reads {@code
   * tokens} more: those and a copy of the origin's last page.
   */
  public long plannedForkBytes(long tokens, IndexPrecision precision) {
    return memoryPlan().forkBytes(tokens, precision);
  }

  /**
   * An empty sequence.
   *
   * @throws IllegalArgumentException if the model has no indexer and a selection is asked for, or
   *     if its index keys cannot have the precision asked for: in an engine that computes in FP8
   *     they are FP8 already
   * @throws IllegalStateException if the engine is closed
   */
  public Session newSession(SessionOptions options) {
    return newSession(
        new Sequence(policy(options), LatentCache.of(config(), options.indexPrecision())));
  }

  private Sequence.Policy policy(SessionOptions options) {
    options.check(config());
    options.indexPrecision().check(model.ops().computePrecision());
    int topK = options.topK() == 0 ? config().indexer().topK() : options.topK();
    int kept = options.attention() == AttentionMode.DENSE ? Integer.MAX_VALUE : topK;
    return new Sequence.Policy(
        kept, options.sampleQuality(), options.indexPrecision(), options.indexReuse());
  }

  /**
   * An empty sequence that reads once and is never continued: an engine that streams keeps no cache
   * of it.
   */
  public Session newPassingSession(SessionOptions options) {
    Optional<LayerSweep> layers = model.sweep();
    return layers.isEmpty()
        ? newSession(options)
        : newSession(
            new Sequence(policy(options), layers.get().passingCache(options.indexPrecision())));
  }

  synchronized Session newSession(Sequence sequence) {
    if (closed) {
      throw new IllegalStateException("Cannot open a session: the engine is closed");
    }
    openSessions++;
    return new Session(this, sequence);
  }

  synchronized void sessionClosed() {
    openSessions--;
  }

  int chunkTokens() {
    return chunkTokens;
  }

  TransformerModel model() {
    return model;
  }

  /**
   * Reads for several sessions. An engine that streams takes all of them through a layer before it
   * needs the next. What is wrong with one is kept for {@link Reading#check}.
   *
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   * @throws org.longread.kernels.checkpoint.CheckpointException if weights cannot be read
   */
  public void read(List<Reading> readings) {
    List<Reading> sound = readings.stream().filter(Reading::isSound).toList();
    if (sweeps.isEmpty()) {
      sound.forEach(Reading::readAlone);
      return;
    }
    sound.stream().filter(reading -> reading.parts().isEmpty()).forEach(Reading::readAlone);
    List<Reading> some = sound.stream().filter(reading -> !reading.parts().isEmpty()).toList();
    try {
      sweeps
          .get()
          .run(some.stream().map(reading -> new SweepErrand.OfReading(this, reading)).toList());
    } catch (RuntimeException e) {
      some.forEach(reading -> reading.fail(e));
    }
  }

  /**
   * Appends one token to each of several sequences at once; weights are read once for all.
   *
   * @param tokens one id per session
   * @throws IllegalArgumentException for an id outside the vocabulary, or a session given twice
   */
  public void step(List<Session> sessions, int[] tokens) {
    if (sessions.size() != tokens.length) {
      throw new IllegalArgumentException(
          "Invalid tokens: "
              + tokens.length
              + " (expected one per session: "
              + sessions.size()
              + ")");
    }
    if (sessions.isEmpty()) {
      return;
    }
    long distinct = sessions.stream().distinct().count();
    if (distinct < sessions.size()) {
      throw new IllegalArgumentException(
          "Invalid sessions: " + distinct + " of " + sessions.size() + " differ (expected all)");
    }
    for (int i = 0; i < tokens.length; i++) {
      sessions.get(i).checkOne(tokens, i);
    }
    Batch batch = Batch.step(sessions.stream().map(Session::sequence).toList(), tokens);
    if (sweeps.isPresent()) {
      sweeps.get().run(List.of(new SweepErrand.OfStep(sessions, batch, config().hiddenSize())));
      return;
    }
    Rows hidden = Rows.of(model.forward(batch, ForwardTrace.NONE), config().hiddenSize());
    for (int i = 0; i < tokens.length; i++) {
      sessions.get(i).absorb(hidden.from(i), 1);
    }
  }

  /** Logits of the last position of each of several sequences; the head is read once for all. */
  public List<float[]> logits(List<Session> sessions) {
    int width = config().hiddenSize();
    float[] hidden = new float[sessions.size() * width];
    for (int i = 0; i < sessions.size(); i++) {
      System.arraycopy(sessions.get(i).hidden(), 0, hidden, i * width, width);
    }
    long start = System.nanoTime();
    float[] all = model.head().logits(model.ops(), sessions.size(), Rows.of(hidden, width));
    long elapsed = System.nanoTime() - start;
    StreamedWeights.Work work =
        streamed.map(StreamedWeights::takeWork).orElse(StreamedWeights.Work.NONE);
    int n = sessions.size();
    List<float[]> logits = new ArrayList<>();
    int vocab = config().vocabSize();
    for (int i = 0; i < sessions.size(); i++) {
      sessions.get(i).bookHead(elapsed / sessions.size(), 1);
      sessions.get(i).bookWeights(work.share(i + 1, n).since(work.share(i, n)));
      logits.add(Arrays.copyOfRange(all, i * vocab, (i + 1) * vocab));
    }
    return logits;
  }

  /**
   * Ends the engine's threads and frees its device; it opens no more sessions. Closing twice does
   * nothing.
   *
   * @throws IllegalStateException if a session is still open
   */
  @Override
  public synchronized void close() {
    if (openSessions > 0) {
      throw new IllegalStateException(
          "Cannot close the engine: " + openSessions + " sessions are still open");
    }
    if (!closed) {
      closed = true;
      sweeps.ifPresent(SweepQueue::close);
      streamed.ifPresent(StreamedWeights::close);
      workers.close();
      model.ops().close();
    }
  }
}
