package org.longread.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.JobConf.Generation;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.ChatFrame;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.read.PlannedCost;
import org.longread.job.task.OutputTask;
import org.longread.job.task.ResultRow;
import org.longread.job.task.TextDecoder;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.EngineStats;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.NotANumberException;

/** Documents answered in one batch are answered as each would be alone, in their order. */
class TestAdmissionQueue {
  private static final Engine ENGINE = Engine.open(EngineOptions.of(RunBuilder.MODEL, "auto"));
  private static final DocumentTokenizer TOKENIZER = DocumentTokenizer.open(RunBuilder.MODEL);
  private static final Generation GREEDY = new Generation(12, List.of("."), 0, 1, 0);
  private static final long PLENTY = 1L << 30;

  @AfterAll
  static void everySessionWasClosed() {
    ENGINE.close();
  }

  private record Setting(Engine engine, Generation generation, long memory, int sequences) {
    static Setting of(int sequences) {
      return new Setting(ENGINE, GREEDY, PLENTY, sequences);
    }

    Setting with(Generation other) {
      return new Setting(engine, other, memory, sequences);
    }

    Setting with(Engine other) {
      return new Setting(other, generation, memory, sequences);
    }

    Setting with(long bytes) {
      return new Setting(engine, generation, bytes, sequences);
    }

    Setting alone() {
      return new Setting(engine, generation, memory, 1);
    }

    DocumentInference inference(TextDecoder decoder) {
      JobConf conf =
          new RunBuilder(RunBuilder.MODEL)
              .task(JobConf.Task.GENERATE)
              .questions("questions")
              .generation(generation)
              .evidence(2)
              .conf();
      return new DocumentInference(
          engine,
          MemoryBudget.of(memory, 0),
          new DocumentPreparation(conf, engine.config(), Optional.of(TOKENIZER), ChatFrame.PLAIN),
          OutputTask.of(conf, engine.config().eosTokenIds(), Optional.of(decoder)),
          new RunPlan.Price(0, 1),
          new DocumentCost(PlannedCost.of(engine.config(), conf.engine().attention(), 0), 1, 12),
          Watchdog.of(conf.limits()));
    }
  }

  private static Document document(String id, String text, String... questions) {
    return new Document(
        id, new Document.Utf8(text.getBytes(UTF_8)), Arrays.asList(questions), null);
  }

  private static String question(String name) {
    return "Question: What is the access code of " + name + "? Answer: ";
  }

  /** A text of about {@code bytes} bytes with one fact in it. */
  private static String text(int bytes, String name, int code) {
    String filler = "And it came to pass in those days, that there went out a decree. ";
    String fact = "The access code of " + name + ": " + code + ". ";
    String half = filler.repeat(1 + bytes / 2 / filler.length()).substring(0, bytes / 2);
    return half + fact + half;
  }

  /** Lengths from nothing to 3,000 bytes, errors between them, one to five questions. */
  private static List<Document> documents() {
    List<Document> documents = new ArrayList<>();
    int[] lengths = {700, 10, 3000, 60, 0, 1200, 130, 400, 64, 2000, 90, 300};
    for (int i = 0; i < lengths.length; i++) {
      List<String> questions = new ArrayList<>();
      for (int n = 0; n <= (i * 3) % 5; n++) {
        questions.add(n == 2 ? "" : question(n == 1 ? "Nobody" : "Korvin"));
      }
      String text = text(lengths[i], "Korvin", 10_007 * (i + 1));
      documents.add(document("d" + i, text, questions.toArray(String[]::new)));
      if (i % 4 == 1) {
        documents.add(
            new Document(
                "bad" + i, new Document.Utf8(new byte[] {'a', (byte) 0xc3}), List.of(), null));
        documents.add(document("unasked" + i, "text"));
      }
    }
    return documents;
  }

  private static List<Outcome> run(Setting setting, List<Document> documents) {
    return run(setting, documents, TOKENIZER);
  }

  private static List<Outcome> run(Setting setting, List<Document> documents, TextDecoder decoder) {
    DocumentInference inference = setting.inference(decoder);
    List<Outcome> outcomes = new ArrayList<>();
    List<Long> read = new ArrayList<>();
    try (AdmissionQueue queue =
        new AdmissionQueue(
            documents.iterator(),
            inference,
            setting.sequences(),
            (tokens, cost) -> read.add(tokens))) {
      for (var next = queue.next(); next.isPresent(); next = queue.next()) {
        outcomes.add(next.get());
      }
      assertThat(queue.next()).isEmpty();
      assertThat(read).as("each document once").hasSize(documents.size());
      assertThat(inference.memory().tryReserve(setting.memory())).as("all given back").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return outcomes;
  }

  private static List<ResultRow> rows(List<Outcome> outcomes) {
    return outcomes.stream().flatMap(outcome -> outcome.rows().stream()).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 1000})
  void rowsAreThoseOfEachDocumentAlone(int sequences) {
    List<Outcome> alone = run(Setting.of(1), documents());
    List<Outcome> together = run(Setting.of(sequences), documents());
    assertThat(rows(together)).isEqualTo(rows(alone));
    assertThat(rows(alone).stream().map(row -> row.docId()).distinct())
        .containsExactlyElementsOf(documents().stream().map(Document::id).toList());
    assertThat(rows(alone)).filteredOn(ResultRow::isFailed).hasSize(6);
    assertThat(rows(alone).get(0).output()).extracting("text").isEqualTo("10007");
  }

  @Test
  void rowsOfAStreamingEngineAreThoseOfAResidentOne() {
    EngineOptions.Placement placement = new EngineOptions.Placement(WeightsMode.STREAMED, 0);
    EngineOptions options = EngineOptions.of(RunBuilder.MODEL, "auto").with(placement);
    try (Engine streaming = Engine.open(options)) {
      List<ResultRow> alone = rows(run(Setting.of(1), documents()));
      assertThat(rows(run(Setting.of(16).with(streaming), documents()))).isEqualTo(alone);
      assertThat(rows(run(Setting.of(3).with(streaming), documents()))).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void sampledAnswersDependOnIdAndSeedAlone(int sequences) {
    Setting sampled =
        Setting.of(sequences).with(new Generation(9, List.of("e", "th"), 1.5, 0.9, 3));
    List<ResultRow> alone = rows(run(sampled.alone(), documents()));
    assertThat(rows(run(sampled, documents()))).isEqualTo(alone);
    assertThat(alone.stream().map(ResultRow::outputTokens).distinct().count()).isGreaterThan(2);
  }

  @Test
  void memoryForOneDocumentReadsThemOneByOne() {
    List<Document> documents = documents();
    DocumentInference inference = Setting.of(16).inference(TOKENIZER);
    long largest =
        documents.stream().mapToLong(document -> planned(inference, document)).max().orElseThrow();
    List<ResultRow> alone = rows(run(Setting.of(1), documents));
    long limit = ((largest + (1 << 20) - 1) >> 20) << 20;
    assertThat(rows(run(Setting.of(16).with(limit), documents))).isEqualTo(alone);
    assertThat(rows(run(Setting.of(16).with(2 * limit), documents))).isEqualTo(alone);
  }

  private static long planned(DocumentInference inference, Document document) {
    try {
      return inference.plannedBytes(inference.prepare(document));
    } catch (org.longread.job.task.DocumentException e) {
      return 0;
    }
  }

  @Test
  void whatADocumentCountsDoesNotDependOnItsNeighbours() {
    List<EngineStats> alone = run(Setting.of(1), documents()).stream().map(Outcome::stats).toList();
    List<Outcome> together = run(Setting.of(16), documents());
    for (int i = 0; i < alone.size(); i++) {
      EngineStats stats = together.get(i).stats();
      assertThat(stats.tokens()).isEqualTo(alone.get(i).tokens());
      assertThat(stats.flops()).isEqualTo(alone.get(i).flops());
      assertThat(stats.denseEquivalentFlops()).isEqualTo(alone.get(i).denseEquivalentFlops());
      assertThat(stats.keysKept()).isEqualTo(alone.get(i).keysKept());
      assertThat(stats.peakCacheBytes()).isEqualTo(alone.get(i).peakCacheBytes());
      if (!together.get(i).failed()) {
        assertThat(together.get(i).inferNanos()).isGreaterThan(stats.totalNanos() / 100);
      }
    }
  }

  @Test
  void answersTogetherTakeNoMoreTimeThanPassed() {
    long start = System.nanoTime();
    List<Outcome> together = run(Setting.of(16), documents());
    long passed = System.nanoTime() - start;
    assertThat(together.stream().mapToLong(o -> o.tokenizeNanos() + o.inferNanos()).sum())
        .isLessThanOrEqualTo(passed);
  }

  @Test
  void aForkTakesNoMoreThanPlanned() {
    try (var origin = ENGINE.newSession(org.longread.kernels.SessionOptions.DEFAULT)) {
      origin.prefill(new int[63]);
      for (int more : new int[] {1, 2, 64, 65, 66, 200}) {
        try (var fork = origin.fork()) {
          fork.prefill(new int[more]);
          assertThat(fork.stats().peakCacheBytes())
              .isLessThanOrEqualTo(ENGINE.plannedForkBytes(more, IndexPrecision.F32));
        }
      }
    }
  }

  /** A backend that selects the first token twice. */
  private static KernelOps selectingTwice() {
    return InterceptedOps.of(
        BackendChoice.choose("auto").ops(),
        (method, arguments, real) -> {
          Object result = real.make();
          if (method.equals("selectTopK")) {
            int topK = (int) arguments[3];
            int[] indices = (int[]) arguments[4];
            for (int row = 0; row < (int) arguments[1]; row++) {
              indices[row * topK + 1] = indices[row * topK];
            }
          }
          return result;
        });
  }

  /** A backend that fails for the query that sees just so many tokens. */
  private static KernelOps failingAt(int visible, RuntimeException failure) {
    return InterceptedOps.of(
        BackendChoice.choose("auto").ops(),
        (method, arguments, real) -> {
          if (method.equals("selectTopK")
              && arguments[1].equals(1)
              && arguments[2].equals(visible)) {
            throw failure;
          }
          return real.make();
        });
  }

  @Test
  void aSelectionThatNoBackendMayGiveIsAnErrorRow() {
    BackendChoice backend = new BackendChoice(selectingTwice(), List.of());
    try (Engine broken = new Engine(CheckpointLoader.load(RunBuilder.MODEL), backend, 512, 1)) {
      List<Document> documents =
          List.of(document("long", "word ".repeat(60), "?"), document("short", "word", "?"));
      List<ResultRow> rows = rows(run(Setting.of(2).with(broken), documents));
      assertThat(rows.get(0).output())
          .isInstanceOfSatisfying(
              ResultRow.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo("selection_invalid"));
      assertThat(rows.get(1).isFailed()).isFalse();
    }
  }

  @Test
  void aStepThatFailsIsTheFaultOfOneDocument() {
    stepThatFailsIsTheFaultOfOneDocument(new NotANumberException(0, 5), "not_a_number");
  }

  @Test
  void aStepThatADeviceCannotHoldIsADocumentTooLarge() {
    stepThatFailsIsTheFaultOfOneDocument(
        new DoesNotFitException("Cannot plan it"), "document_too_large");
  }

  private static void stepThatFailsIsTheFaultOfOneDocument(RuntimeException failure, String code) {
    List<Document> documents = documents();
    int prompt = (int) rows(run(Setting.of(1), documents)).get(0).promptTokens();
    BackendChoice backend = new BackendChoice(failingAt(prompt + 2, failure), List.of());
    try (Engine failing = new Engine(CheckpointLoader.load(RunBuilder.MODEL), backend, 512, 1)) {
      List<ResultRow> alone = rows(run(Setting.of(1).with(failing), documents));
      assertThat(alone.get(0).output())
          .isInstanceOfSatisfying(
              ResultRow.Failed.class, failed -> assertThat(failed.code()).isEqualTo(code));
      assertThat(alone).filteredOn(ResultRow::isFailed).hasSize(7);
      for (int sequences : new int[] {2, 16}) {
        assertThat(rows(run(Setting.of(sequences).with(failing), documents))).isEqualTo(alone);
      }
    }
  }

  @Test
  void anAnswerThatCannotBeDecodedEndsItsDocumentOnly() {
    TextDecoder decoder =
        ids -> {
          String text = TOKENIZER.decode(ids);
          if (text.contains("40028")) { // the fourth document's code
            throw new IllegalStateException("no text");
          }
          return text;
        };
    List<Outcome> alone = run(Setting.of(1), documents(), decoder);
    assertThat(rows(alone)).filteredOn(ResultRow::isFailed).hasSize(7);
    assertThat(rows(run(Setting.of(16), documents(), decoder))).isEqualTo(rows(alone));
  }

  @Test
  void aQuestionThatCannotBeReadEndsItsDocumentOnly() {
    TextDecoder decoder = TOKENIZER;
    List<Document> documents = documents();
    documents.add(2, document("deaf", "text", question("Korvin"), "x".repeat(40_000)));
    List<Outcome> alone = run(Setting.of(1), documents, decoder);
    assertThat(rows(run(Setting.of(16), documents, decoder))).isEqualTo(rows(alone));
  }

  @Test
  void anInterruptLeavesNothingOpen() throws InterruptedException {
    DocumentInference inference = Setting.of(4).inference(TOKENIZER);
    try (AdmissionQueue queue =
        new AdmissionQueue(documents().iterator(), inference, 4, (tokens, cost) -> {})) {
      assertThat(queue.next()).isPresent();
      Thread.currentThread().interrupt();
      assertThatThrownBy(
              () -> {
                while (queue.next().isPresent()) {}
              })
          .isInstanceOfAny(CancellationException.class, InterruptedException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(inference.memory().tryReserve(PLENTY)).isTrue();
  }
}
