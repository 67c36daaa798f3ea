package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.ops.Rows;

/**
 * What goes through the layers in one {@link LayerSweep}: the chunks of one sequence, in order, or
 * a step of several. If it fails, other passages of the sweep go on.
 *
 * <p>Made and asked by any thread; between, it belongs to the sweep.
 */
public final class Passage {
  private final List<Chunk> chunks;
  private final int evidenceFrom;
  private volatile boolean abandoned;
  private Optional<RuntimeException> failure = Optional.empty();

  /** Rows that are computed together, layer by layer. */
  static final class Chunk {
    final Batch batch;
    Optional<Pass> pass = Optional.empty();
    Optional<RowBlocks> blocks = Optional.empty();
    Optional<ExpertAssignment> assignment = Optional.empty();
    float[] hidden = new float[0];
    float[] branch = new float[0];

    Chunk(Batch batch) {
      this.batch = batch;
    }
  }

  private Passage(List<Chunk> chunks, int evidenceFrom) {
    this.chunks = List.copyOf(chunks);
    this.evidenceFrom = evidenceFrom;
  }

  /** A batch as it is. */
  public static Passage of(Batch batch) {
    return new Passage(List.of(new Chunk(batch)), -1);
  }

  /**
   * The next tokens of a sequence.
   *
   * @param chunks the tokens, cut; at least one each
   * @param evidenceFrom the chunk from which on attention counts as evidence; -1 to leave it as it
   *     is
   */
  public static Passage prefill(Sequence sequence, List<int[]> chunks, int evidenceFrom) {
    List<Chunk> batches = new ArrayList<>();
    int position = sequence.length();
    for (int[] tokens : chunks) {
      batches.add(new Chunk(Batch.prefill(sequence, tokens, position)));
      position += tokens.length;
    }
    return new Passage(batches, evidenceFrom);
  }

  /** Ends it as soon as the sweep sees that; nothing of it will be used. */
  public void abandon() {
    abandoned = true;
  }

  /** What ended it; empty if it reached the end. */
  public Optional<RuntimeException> failure() {
    return failure;
  }

  /** Runs a part of its way unless it has ended; what is wrong there ends it. */
  public void ifLive(Runnable part) {
    if (!isLive()) {
      return;
    }
    try {
      part.run();
    } catch (CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** Hidden states of a chunk after the final norm, [t, D], until they are released. */
  public Rows hidden(int chunk, int width) {
    return Rows.of(chunks.get(chunk).hidden, width);
  }

  List<Chunk> chunks() {
    return chunks;
  }

  boolean isLive() {
    return failure.isEmpty() && !abandoned;
  }

  void fail(RuntimeException cause) {
    failure = Optional.of(cause);
  }

  /** Rows of all chunks. */
  long rows() {
    return chunks.stream().mapToLong(chunk -> chunk.batch.size()).sum();
  }

  /** Its sequences. */
  List<Sequence> sequences() {
    return chunks.get(0).batch.segments().stream().map(Batch.Segment::sequence).toList();
  }

  /** What follows counts as evidence, too. */
  void keepEvidence() {
    if (evidenceFrom >= 0) {
      sequences().get(0).evidence().collect(true);
    }
  }

  /** Switches evidence on or off for a chunk; {@code before} is what it was for earlier tokens. */
  void collectEvidence(int chunk, boolean before) {
    if (evidenceFrom >= 0) {
      sequences().get(0).evidence().collect(before || chunk >= evidenceFrom);
    }
  }
}
