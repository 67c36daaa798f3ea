package org.longread.kernels.verify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.longread.kernels.checkpoint.Checkpoint;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.checkpoint.TensorInfo;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.forward.Sequence;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.RoundedOps;
import org.longread.kernels.ops.Rows;

/**
 * Compares a whole model with its {@code expected.safetensors}: logits of every position, sparse
 * and dense, index scores and sets, every intermediate that is given, and the greedy continuation.
 */
final class ModelVerification {
  static final String EXPECTED = "expected.safetensors";

  /** Ample for float32: its measured error on such models is about 1e-5. */
  private static final double TOLERANCE = 1e-3;

  private final TransformerModel model;
  private final SafetensorsFile expected;
  private final Comparison comparison;

  private ModelVerification(
      TransformerModel model, SafetensorsFile expected, Comparison comparison) {
    this.model = model;
    this.expected = expected;
    this.comparison = comparison;
  }

  static void verify(Path folder, KernelOps ops, Comparison comparison) {
    Checkpoint checkpoint = CheckpointLoader.load(folder);
    try (Workers workers = new Workers(1)) {
      verify(
          folder,
          of -> new TransformerModel(checkpoint.config(), checkpoint.weights(), of, workers),
          ops,
          comparison);
    }
  }

  /** The same with as little memory for weights as can be. */
  static void verifyStreamed(Path folder, KernelOps ops, Comparison comparison) {
    CheckpointInventory inventory = CheckpointInventory.check(folder);
    long least = StreamBudget.leastBytes(inventory.sizes());
    try (StreamedWeights weights = StreamedWeights.open(inventory, least);
        Workers workers = new Workers(2)) {
      verify(folder, of -> new TransformerModel(weights, of, workers), ops, comparison);
    }
  }

  private static void verify(
      Path folder,
      Function<KernelOps, TransformerModel> models,
      KernelOps ops,
      Comparison comparison) {
    SafetensorsFile expected = SafetensorsFile.open(folder.resolve(EXPECTED));
    // Without them nothing says whether the model is right.
    expected.tensor("logits");
    ModelVerification verification = new ModelVerification(models.apply(ops), expected, comparison);
    verification.prompt();
    verification.dense();
    verification.shortPrompts();
    verification.continuation();
    if (LowPrecisionModel.isIn(folder)) {
      TransformerModel rounded = models.apply(new RoundedOps(ops));
      int[] prompt = verification.tokens("input_ids");
      LowPrecisionModel.verify(folder, rounded, prompt, verification.topK(), comparison);
    }
  }

  private int topK() {
    return model.config().indexer().topK();
  }

  /** Token ids of the reference, at least one. */
  private int[] tokens(String name) {
    int[] ids = expected.ints(name);
    int vocab = model.config().vocabSize();
    if (ids.length == 0 || Arrays.stream(ids).anyMatch(id -> id < 0 || id >= vocab)) {
      String rule = " (expected 1 or more tokens of 0.." + (vocab - 1) + ")";
      throw new CheckpointException(
          "Cannot read "
              + expected.path()
              + ": tensor "
              + name
              + ": "
              + ids.length
              + " ids"
              + rule);
    }
    return ids;
  }

  private Sequence sequence(int topK) {
    return sequence(model, topK);
  }

  private static Sequence sequence(TransformerModel model, int topK) {
    return new Sequence(
        new Sequence.Policy(topK, 0, IndexPrecision.F32),
        LatentCache.of(model.config(), IndexPrecision.F32));
  }

  private float[] logits(float[] hidden, int rows) {
    return logits(model, hidden, rows);
  }

  private static float[] logits(TransformerModel model, float[] hidden, int rows) {
    int width = model.config().hiddenSize();
    return model.head().logits(model.ops(), rows, Rows.of(hidden, width));
  }

  /** Logits of every position of a prompt. */
  static float[] logits(TransformerModel model, int[] prompt, int topK, ForwardTrace trace) {
    float[] hidden = model.forward(Batch.prefill(sequence(model, topK), prompt), trace);
    return logits(model, hidden, prompt.length);
  }

  /** The prompt in one piece, traced; then in pieces of 7, which must give the same bits. */
  private void prompt() {
    int[] prompt = tokens("input_ids");
    TraceRecorder trace = new TraceRecorder();
    float[] hidden = model.forward(Batch.prefill(sequence(topK()), prompt), trace);
    float[] logits = logits(hidden, prompt.length);
    for (TensorInfo tensor : expected.tensors()) {
      compareTraced(tensor, trace, prompt.length);
    }
    compare("logits", logits);
    float[] pieces = new float[hidden.length];
    Sequence sequence = sequence(topK());
    int width = model.config().hiddenSize();
    for (int first = 0; first < prompt.length; first += 7) {
      int[] piece = Arrays.copyOfRange(prompt, first, Math.min(prompt.length, first + 7));
      float[] part = model.forward(Batch.prefill(sequence, piece), ForwardTrace.NONE);
      System.arraycopy(part, 0, pieces, first * width, part.length);
    }
    int at = Arrays.mismatch(hidden, pieces);
    String detail = at < 0 ? "the same bits" : "differs in row " + at / width;
    comparison.add("prefill in chunks", at < 0, detail);
  }

  private void compareTraced(TensorInfo tensor, TraceRecorder trace, int rows) {
    String name = tensor.name();
    if (name.startsWith("topk_indices.")) {
      List<int[]> sets = Comparison.split(expected.ints(name), (int) tensor.cols());
      comparison.equalSets(name, sets, trace.rowsOf(name));
    } else if (name.endsWith(".moe_idx")) {
      List<int[]> sets = Comparison.split(expected.ints(name), (int) tensor.cols());
      comparison.equalSets(name, sets, trace.rowsOf(name));
    } else if (name.endsWith(".moe_w")) {
      compareWeights(name, trace);
    } else if (trace.has(name)) {
      double[] actual = Comparison.widen(trace.floats(name, rows));
      comparison.absolute(name, expected.doubles(name), actual, TOLERANCE);
    }
  }

  /** Weights are listed with their experts, which come in another order. */
  private void compareWeights(String name, TraceRecorder trace) {
    String experts = name.replace(".moe_w", ".moe_idx");
    int width = (int) expected.tensor(name).cols();
    List<int[]> order = Comparison.split(expected.ints(experts), width);
    List<int[]> own = trace.rowsOf(experts);
    if (own.isEmpty() || order.size() != own.size() || own.get(0).length != width) {
      comparison.add(name, false, "no weights of such rows (expected as in " + experts + ")");
      return;
    }
    float[] weights = trace.floats(name, own.size());
    double[] aligned = new double[weights.length];
    for (int i = 0; i < order.size(); i++) {
      for (int n = 0; n < width; n++) {
        int slot = Arrays.binarySearch(own.get(i), order.get(i)[n]);
        aligned[i * width + n] = slot < 0 ? Double.NaN : weights[i * width + slot];
      }
    }
    comparison.absolute(name, expected.doubles(name), aligned, TOLERANCE);
  }

  private void compare(String name, float[] actual) {
    if (expected.find(name).isPresent()) {
      double[] reference = expected.doubles(name);
      comparison.absolute(name, reference, Comparison.widen(actual), TOLERANCE);
    }
  }

  private void dense() {
    int[] prompt = tokens("input_ids");
    Batch batch = Batch.prefill(sequence(Integer.MAX_VALUE), prompt);
    compare("logits_dense", logits(model.forward(batch, ForwardTrace.NONE), prompt.length));
  }

  private void shortPrompts() {
    for (int j = 0; expected.find("short." + j + ".input_ids").isPresent(); j++) {
      int[] prompt = tokens("short." + j + ".input_ids");
      Batch batch = Batch.prefill(sequence(topK()), prompt);
      float[] hidden = model.forward(batch, ForwardTrace.NONE);
      compare("short." + j + ".logits", logits(hidden, prompt.length));
    }
  }

  /** Greedy steps over the cache, each fed its own choice. */
  private void continuation() {
    if (expected.find("greedy_tokens").isEmpty()) {
      return;
    }
    int[] tokens = tokens("greedy_tokens");
    int vocab = model.config().vocabSize();
    int[] chosen = new int[tokens.length];
    float[] all = new float[tokens.length * vocab];
    Sequence sequence = sequence(topK());
    int[] prompt = tokens("input_ids");
    float[] hidden = model.forward(Batch.prefill(sequence, prompt), ForwardTrace.NONE);
    int width = model.config().hiddenSize();
    hidden = Arrays.copyOfRange(hidden, hidden.length - width, hidden.length);
    for (int n = 0; n < tokens.length; n++) {
      float[] logits = logits(hidden, 1);
      System.arraycopy(logits, 0, all, n * vocab, vocab);
      chosen[n] = argmax(logits);
      Batch step = Batch.step(List.of(sequence), new int[] {chosen[n]});
      hidden = model.forward(step, ForwardTrace.NONE);
    }
    comparison.equal("greedy_tokens", tokens, chosen);
    compare("greedy_logits", all);
  }

  static int argmax(float[] logits) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      best = logits[v] > logits[best] ? v : best;
    }
    return best;
  }
}
