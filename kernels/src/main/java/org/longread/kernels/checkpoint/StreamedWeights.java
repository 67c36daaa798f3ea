package org.longread.kernels.checkpoint;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.ops.EmbeddingTable;
import org.longread.kernels.ops.PanelArrays;
import org.longread.kernels.ops.PanelPool;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Weights of a checkpoint that are read when a sweep over the layers comes to them, as far ahead as
 * a fixed budget of memory allows, and packed into arrays that are used again: {@code budgetBytes}
 * are all it ever holds, beside a few MiB that files are read through.
 *
 * <p>Parts are asked for in the order they will be used. Values are those of {@link
 * CheckpointLoader}, which packs them. A NaN is found when its part is read.
 */
public final class StreamedWeights implements AutoCloseable {
  /** One reads while the other packs. */
  private static final int READERS = 2;

  private final CheckpointInventory inventory;
  private final WeightSizes sizes;
  private final long budgetBytes;
  private final float[] finalNorm;
  private final Optional<EmbeddingTable> embedding;
  private final Optional<WeightMatrix> head;
  private final PanelPool pool;
  private final WeightConveyor conveyor;

  /**
   * What reading took.
   *
   * @param readBytes stored bytes of the parts and embeddings read
   * @param readNanos time of all readers, packing included
   * @param waitNanos time that was spent waiting for parts
   */
  public record Work(long readBytes, long readNanos, long waitNanos) implements Serializable {
    /** Nothing read. */
    public static final Work NONE = new Work(0, 0, 0);

    /** Both together. */
    public Work plus(Work other) {
      return new Work(
          readBytes + other.readBytes, readNanos + other.readNanos, waitNanos + other.waitNanos);
    }

    /** The part that {@code rows} of {@code all} have in it. */
    public Work share(long rows, long all) {
      double part = (double) rows / all;
      return new Work(
          Math.round(readBytes * part), Math.round(readNanos * part), Math.round(waitNanos * part));
    }

    /** What was done since {@code before}. */
    public Work since(Work before) {
      return new Work(
          readBytes - before.readBytes, readNanos - before.readNanos, waitNanos - before.waitNanos);
    }
  }

  /** A part in use; closing it gives its memory to others. */
  public static final class Part<T> implements AutoCloseable {
    private final Optional<WeightConveyor.Ticket<T>> ticket;
    private final Optional<T> staying;

    private Part(Optional<WeightConveyor.Ticket<T>> ticket, Optional<T> staying) {
      this.ticket = ticket;
      this.staying = staying;
    }

    /** A part that is always there. */
    public static <T> Part<T> staying(T weights) {
      return new Part<>(Optional.empty(), Optional.of(weights));
    }

    /**
     * The weights, once they are read; to be used until this is closed.
     *
     * @throws CheckpointException if they cannot be read, or hold a NaN
     */
    public T await() {
      return ticket.isPresent() ? ticket.get().await() : staying.orElseThrow();
    }

    /** Whether {@link #await} would not wait. */
    public boolean isThere() {
      return ticket.isEmpty() || ticket.get().isThere();
    }

    @Override
    public void close() {
      ticket.ifPresent(WeightConveyor.Ticket::close);
    }
  }

  private StreamedWeights(CheckpointInventory inventory, long budgetBytes) {
    this.inventory = inventory;
    this.sizes = inventory.sizes();
    this.budgetBytes = budgetBytes;
    long least = StreamBudget.leastBytes(sizes);
    if (budgetBytes < least) {
      throw new CheckpointException(
          "Invalid weights-memory: %d (expected at least %d: two layers and the parts beside them)"
              .formatted(budgetBytes, least));
    }
    StreamBudget budget = StreamBudget.of(sizes, budgetBytes);
    CheckpointLoader loader = CheckpointLoader.ofParts(inventory, PanelArrays.NEW);
    this.finalNorm = loader.finalNorm();
    this.embedding = budget.embeddingStays() ? Optional.of(loader.embedding()) : Optional.empty();
    this.head = budget.headStays() ? Optional.of(loader.head()) : Optional.empty();
    this.pool = new PanelPool(budget.movingBytes());
    this.conveyor = new WeightConveyor(budget.movingBytes(), READERS, PartReader::new);
  }

  /**
   * Opens a checkpoint; reads little of it.
   *
   * @param budgetBytes of memory for weights
   * @throws CheckpointException if that is too little to stream this model
   */
  public static StreamedWeights open(CheckpointInventory inventory, long budgetBytes) {
    return new StreamedWeights(inventory, budgetBytes);
  }

  /** The configuration. */
  public ModelConfig config() {
    return inventory.config();
  }

  /** What the parts take. */
  public WeightSizes sizes() {
    return sizes;
  }

  /** Bytes of memory for weights. */
  public long budgetBytes() {
    return budgetBytes;
  }

  /** The norm before the head, [D]; not to be written. */
  public float[] finalNorm() {
    return finalNorm;
  }

  /** Asks for a layer without its routed experts. */
  public Part<ModelWeights.Layer> layer(int n) {
    return ask(WeightUnit.layer(n), ModelWeights.Layer.class);
  }

  /** Asks for a routed expert. */
  public Part<ModelWeights.Mlp> expert(int n, int e) {
    return ask(WeightUnit.expert(n, e), ModelWeights.Mlp.class);
  }

  /** Asks for the output head. */
  public Part<WeightMatrix> head() {
    return head.isPresent() ? Part.staying(head.get()) : ask(WeightUnit.HEAD, WeightMatrix.class);
  }

  private <T> Part<T> ask(WeightUnit unit, Class<T> type) {
    return new Part<>(Optional.of(conveyor.ask(unit, type, sizes.of(unit))), Optional.empty());
  }

  /** Takes embeddings in. */
  public interface EmbeddingSink {
    /**
     * Takes the embedding of the token at a position.
     *
     * @param row [D] float32, to be copied at once
     */
    void put(int position, float[] row);
  }

  /** Yields the embedding of every token, each row of the table read once; in no order. */
  public void embed(int[] tokens, EmbeddingSink sink) {
    if (embedding.isPresent()) {
      float[] row = new float[config().hiddenSize()];
      for (int i = 0; i < tokens.length; i++) {
        embedding.get().copyRow(tokens[i], row, 0);
        sink.put(i, row);
      }
      return;
    }
    long start = System.nanoTime();
    long bytes = EmbeddingRows.read(inventory.data(TensorNames.EMBEDDING), tokens, sink);
    long nanos = System.nanoTime() - start;
    conveyor.add(new Work(bytes, nanos, nanos));
  }

  /** What was read since this was last asked: whoever asks books it. */
  public Work takeWork() {
    return conveyor.takeWork();
  }

  /** Ends its threads. */
  @Override
  public void close() {
    conveyor.close();
  }

  /** Reads parts in one thread. */
  private final class PartReader implements WeightConveyor.Reader {
    private final CheckpointLoader loader = CheckpointLoader.ofParts(inventory, pool);

    @Override
    public Object read(WeightUnit unit) {
      if (unit.equals(WeightUnit.HEAD)) {
        return loader.head();
      }
      return unit.isExpert()
          ? loader.expert(unit.layer(), unit.expert())
          : loader.layer(unit.layer());
    }

    @Override
    public void giveBack(Object part) {
      List<WeightMatrix> matrices = new ArrayList<>(WeightConveyor.matrices(part));
      matrices.forEach(pool::give);
    }
  }
}
