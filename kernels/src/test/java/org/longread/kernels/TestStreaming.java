package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.SyntheticCheckpoint;
import org.longread.kernels.checkpoint.WeightSizes;
import org.longread.kernels.ops.IndexPrecision;

/** Streamed weights give the bits of resident ones. */
class TestStreaming {
  private static final int CHUNK = 48;
  private static final int WIDTH = 128;
  private static final int SEED = 20;

  @TempDir static Path models;
  private static Path model;

  @BeforeAll
  static void makeModel() {
    Map<String, Integer> changes =
        Map.of(
            "hidden_size",
            WIDTH,
            "num_hidden_layers",
            4,
            "vocab_size",
            300,
            "index_topk",
            40,
            "n_routed_experts",
            24,
            "moe_intermediate_size",
            64,
            "intermediate_size",
            192);
    model = SyntheticCheckpoint.write(models.resolve("model"), changes, 60_000);
  }

  private static Engine resident() {
    return Engine.open(new EngineOptions(model, "auto", CHUNK, 2));
  }

  private static Engine streamed(long bytes) {
    EngineOptions.Placement placement = new EngineOptions.Placement(WeightsMode.STREAMED, bytes);
    return Engine.open(new EngineOptions(model, "auto", CHUNK, 2).with(placement));
  }

  private static long leastBytes() {
    return StreamBudget.leastBytes(CheckpointInventory.check(model).sizes());
  }

  /** Documents around the lengths at which chunks end and selection begins. */
  private static List<int[]> documents() {
    Random random = new Random(SEED);
    List<int[]> documents = new ArrayList<>();
    for (int length : new int[] {1, 5, 39, 48, 49, 96, 150, 7}) {
      documents.add(random.ints(length, 0, 300).toArray());
    }
    return documents;
  }

  private record Read(
      List<Double> logProbs,
      List<Float> mean,
      List<Float> last,
      List<Float> evidence,
      SelectionQuality quality,
      SelectionsSeen selections,
      Map<?, ?> flops,
      long keysScored) {}

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static Read read(Session session, Reading reading) {
    return new Read(
        Arrays.stream(reading.logProbs()).boxed().toList(),
        list(session.meanHidden()),
        list(session.lastHidden()),
        list(session.evidence()),
        session.quality(),
        session.selections(),
        session.stats().flops(),
        session.stats().keysScored());
  }

  /** All documents in one call: the first half plain, the rest scored, evidence from there on. */
  private static List<Read> readAll(Engine engine, SessionOptions options) {
    List<Session> sessions = new ArrayList<>();
    List<Reading> readings = new ArrayList<>();
    for (int[] document : documents()) {
      Session session = engine.newPassingSession(options);
      sessions.add(session);
      int half = document.length / 2;
      readings.add(
          Reading.of(session)
              .then(Arrays.copyOf(document, half))
              .thenCollectEvidence()
              .thenScored(Arrays.copyOfRange(document, half, document.length)));
    }
    engine.read(readings);
    List<Read> results = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      results.add(read(sessions.get(i), readings.get(i)));
      sessions.get(i).close();
    }
    return results;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 4})
  void readingsHaveTheBitsOfResidentWeightsWhateverMemoryTheyHave(double times) {
    SessionOptions options = new SessionOptions(AttentionMode.AUTO, 0, 0.5, IndexPrecision.F32);
    try (Engine resident = resident();
        Engine streamed = streamed((long) (times * leastBytes()))) {
      assertThat(streamed.streams()).isTrue();
      assertThat(readAll(streamed, options)).isEqualTo(readAll(resident, options));
      // Arrays are used again by the next sweep.
      assertThat(readAll(streamed, options)).isEqualTo(readAll(resident, options));
    }
  }

  @ParameterizedTest
  @EnumSource(IndexPrecision.class)
  void selectionsThatLayersShareAndIndexPrecisionsChangeNothing(IndexPrecision precision) {
    SessionOptions options = SessionOptions.DEFAULT.withIndexReuse(2).with(precision);
    try (Engine resident = resident();
        Engine streamed = streamed(leastBytes())) {
      assertThat(readAll(streamed, options)).isEqualTo(readAll(resident, options));
    }
  }

  private static List<List<Float>> generate(Engine engine) {
    List<Session> sessions = new ArrayList<>();
    for (int[] document : documents()) {
      try (Session origin = engine.newSession(SessionOptions.DEFAULT)) {
        origin.prefill(document);
        Session fork = origin.fork();
        fork.prefill(new int[] {1, 2, 3});
        sessions.add(fork);
      }
    }
    List<List<Float>> logits = new ArrayList<>();
    for (int step = 0; step < 3; step++) {
      engine.logits(sessions).forEach(values -> logits.add(list(values)));
      engine.step(sessions, new int[] {4, 5, 6, 7, 8, 9, 10, 11});
    }
    sessions.forEach(Session::close);
    return logits;
  }

  @Test
  void forksAndStepsHaveTheBitsOfResidentWeights() {
    try (Engine resident = resident();
        Engine streamed = streamed(leastBytes())) {
      assertThat(generate(streamed)).isEqualTo(generate(resident));
    }
  }

  @Test
  void statisticsSayWhatWasRead() {
    try (Engine streamed = streamed(leastBytes());
        Session session = streamed.newPassingSession(SessionOptions.DEFAULT)) {
      int[] tokens = new Random(SEED).ints(400, 0, 200).toArray(); // which need every expert
      double[] unused = session.prefillScored(tokens);
      WeightSizes sizes = CheckpointInventory.check(model).sizes();
      long rows = Arrays.stream(tokens).distinct().count() * WIDTH * Short.BYTES;
      assertThat(session.stats().weights().readBytes())
          .isEqualTo(sizes.all().stored() - sizes.embedding().stored() + rows);
      assertThat(session.stats().weights().readNanos()).isPositive();
    }
  }

  @Test
  void logitsBookTheHeadTheyRead() {
    try (Engine streamed = streamed(leastBytes());
        Session one = streamed.newSession(SessionOptions.DEFAULT);
        Session other = streamed.newSession(SessionOptions.DEFAULT)) {
      List<Session> both = List.of(one, other);
      both.forEach(session -> session.prefill(new int[] {1, 2, 3}));
      long before = readBytes(both);
      List<float[]> unused = streamed.logits(both);
      long head = CheckpointInventory.check(model).sizes().head().stored();
      assertThat(readBytes(both) - before).isEqualTo(head);
    }
  }

  private static long readBytes(List<Session> sessions) {
    return sessions.stream().mapToLong(session -> session.stats().weights().readBytes()).sum();
  }

  @Test
  void anInterruptEndsTheReadingAndTheNextOneWorks() {
    try (Engine streamed = streamed(leastBytes())) {
      Session session = streamed.newPassingSession(SessionOptions.DEFAULT);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> session.prefill(new int[100]))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      session.close();
      assertThat(readAll(streamed, SessionOptions.DEFAULT)).hasSize(documents().size());
    }
  }

  @Test
  void aSessionReadOnceIsNotContinued() {
    try (Engine streamed = streamed(leastBytes());
        Session session = streamed.newPassingSession(SessionOptions.DEFAULT)) {
      session.prefill(new int[] {1});
      assertThatThrownBy(() -> session.prefill(new int[] {2})).hasMessageContaining("read once");
      assertThatThrownBy(session::fork).hasMessageContaining("read once");
    }
  }

  @Test
  void tooLittleMemoryIsRefusedWithWhatIsNeeded() {
    long least = leastBytes();
    assertThatThrownBy(() -> streamed(least - 1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weights-memory")
        .hasMessageContaining(Long.toString(least));
  }
}
