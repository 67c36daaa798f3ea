package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.checkpoint.StreamedWeights.Part;
import org.longread.kernels.forward.Passage.Chunk;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * The routed experts of a layer over the rows of all passages, in ascending order, so that each is
 * read once and every row adds up as in {@link MixtureOfExperts}.
 *
 * <p>Experts that are there already run together, as many as there are threads. Their rows are
 * gathered into one buffer of at most {@link #WAVE_ROWS} rows, which a sweep keeps; one thread at a
 * time.
 */
final class ExpertSweep {
  static final int WAVE_ROWS = 1024;
  private static final int BLOCK_ROWS = 256;
  private static final int LEAST_ROWS = 16;

  private final KernelOps ops;
  private final Workers workers;
  private final int width;
  private float[] gathered = new float[0];

  ExpertSweep(KernelOps ops, Workers workers, int width) {
    this.ops = ops;
    this.workers = workers;
    this.width = width;
  }

  /** A row of an expert: its chunk, its row there and its weight. */
  private record Slot(Chunk chunk, int row, float weight) {}

  /** Consecutive rows of the buffer that one expert computes. */
  private record Block(ModelWeights.Mlp mlp, int first, int rows) {}

  /** Rows of each expert, by chunk and row. */
  static final class Routes {
    private final List<List<Slot>> slots = new ArrayList<>();

    Routes(List<Chunk> chunks, int experts) {
      for (int e = 0; e < experts; e++) {
        slots.add(new ArrayList<>());
      }
      for (Chunk chunk : chunks) {
        ExpertAssignment assignment = chunk.assignment.orElseThrow();
        int perToken = assignment.weights().stride();
        for (int n = 0; n < assignment.experts().length; n++) {
          float weight = assignment.weights().data()[n];
          slots.get(assignment.experts()[n]).add(new Slot(chunk, n / perToken, weight));
        }
      }
    }

    /** The experts with rows, ascending. */
    List<Integer> needed() {
      List<Integer> needed = new ArrayList<>();
      for (int e = 0; e < slots.size(); e++) {
        if (!slots.get(e).isEmpty()) {
          needed.add(e);
        }
      }
      return needed;
    }
  }

  /**
   * Adds every expert's results to the branches of its rows.
   *
   * @param parts of the experts needed, in their order; closed as they are done
   */
  void run(
      TransformerLayer layer,
      Routes routes,
      List<Integer> needed,
      List<Part<ModelWeights.Mlp>> parts,
      List<Chunk> chunks) {
    AtomicLong nanos = new AtomicLong();
    for (int next = 0; next < needed.size(); ) {
      int end = next + 1;
      int rows = routes.slots.get(needed.get(next)).size();
      parts.get(next).await();
      while (end < needed.size()
          && end - next < workers.threads()
          && parts.get(end).isThere()
          && rows + routes.slots.get(needed.get(end)).size() <= WAVE_ROWS) {
        rows += routes.slots.get(needed.get(end++)).size();
      }
      List<List<Slot>> wave = new ArrayList<>();
      List<ModelWeights.Mlp> experts = new ArrayList<>();
      for (int i = next; i < end; i++) {
        wave.add(routes.slots.get(needed.get(i)));
        experts.add(parts.get(i).await());
      }
      for (int from = 0; from < rows; from += WAVE_ROWS) {
        runWave(layer, cut(wave, from), experts, nanos);
      }
      for (; next < end; next++) {
        parts.get(next).close();
      }
    }
    book(layer, chunks, nanos.get());
  }

  /** Slots {@code from} to {@code from + WAVE_ROWS - 1}, expert by expert. */
  private static List<List<Slot>> cut(List<List<Slot>> wave, int from) {
    if (wave.size() > 1) {
      return wave; // fits whole
    }
    List<Slot> all = wave.get(0);
    return List.of(all.subList(from, Math.min(all.size(), from + WAVE_ROWS)));
  }

  private void runWave(
      TransformerLayer layer,
      List<List<Slot>> wave,
      List<ModelWeights.Mlp> experts,
      AtomicLong nanos) {
    List<Slot> slots = wave.stream().flatMap(List::stream).toList();
    if (gathered.length < slots.size() * width) {
      gathered = new float[Math.min(WAVE_ROWS, 2 * slots.size()) * width];
    }
    List<Block> blocks = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < wave.size(); i++) {
      int rows = wave.get(i).size();
      int count = blockCount(rows, wave.size());
      for (int b = 0; b < count; b++) {
        int from = (int) ((long) rows * b / count);
        int to = (int) ((long) rows * (b + 1) / count);
        blocks.add(new Block(experts.get(i), first + from, to - from));
      }
      first += rows;
    }
    workers.run(
        blocks.size(),
        b -> {
          long start = System.nanoTime();
          runBlock(layer, blocks.get(b), slots);
          nanos.addAndGet(System.nanoTime() - start);
        });
    int threads = workers.threads();
    workers.run(
        threads,
        part -> {
          long start = System.nanoTime();
          int to = (int) ((long) width * (part + 1) / threads);
          addColumns(slots, (int) ((long) width * part / threads), to);
          nanos.addAndGet(System.nanoTime() - start);
        });
  }

  /** Blocks of an expert: small enough for all threads, large enough to be worth its weights. */
  private int blockCount(int rows, int experts) {
    int even = (workers.threads() + experts - 1) / experts;
    int most = Math.max(1, rows / LEAST_ROWS);
    return Math.max((rows + BLOCK_ROWS - 1) / BLOCK_ROWS, Math.min(even, most));
  }

  private void runBlock(TransformerLayer layer, Block block, List<Slot> slots) {
    Rows rows = Rows.of(gathered, width).from(block.first());
    for (int i = 0; i < block.rows(); i++) {
      Slot slot = slots.get(block.first() + i);
      System.arraycopy(slot.chunk().hidden, slot.row() * width, gathered, rows.at(i), width);
    }
    layer.normalizeForExperts(ops, block.rows(), rows);
    MlpBlock.apply(ops, block.mlp(), block.rows(), rows, rows);
  }

  /** Adds columns {@code from} to {@code to - 1} of all results, in order of experts. */
  private void addColumns(List<Slot> slots, int from, int to) {
    for (int n = 0; n < slots.size(); n++) {
      Slot slot = slots.get(n);
      addRow(slot.weight(), n * width, slot.chunk().branch, slot.row() * width, from, to);
    }
  }

  private void addRow(float weight, int result, float[] branch, int row, int from, int to) {
    for (int c = from; c < to; c++) {
      branch[row + c] = Math.fma(weight, gathered[result + c], branch[row + c]);
    }
  }

  private static void book(TransformerLayer layer, List<Chunk> chunks, long nanos) {
    long all = chunks.stream().mapToLong(chunk -> chunk.batch.size()).sum();
    long flops = layer.mixture().flopsPerRow();
    for (Chunk chunk : chunks) {
      for (Batch.Segment segment : chunk.batch.segments()) {
        long share = Math.round((double) nanos * segment.count() / all);
        segment.sequence().counters().add(Stage.EXPERTS, share, flops * segment.count());
      }
    }
  }
}
