package org.longread.job.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.longread.job.JobConf.Generation;
import org.longread.job.task.PreparedDocument.Prompt;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.SessionOptions;

class TestGenerateTask {
  private static final Path MODEL = Path.of("..", "deploy", "demo", "model");

  @Test
  void aQuestionThatCannotBeReadLeavesNoSessionOpen() throws DocumentException {
    Engine engine = Engine.open(EngineOptions.of(MODEL, "auto"));
    GenerateTask task =
        new GenerateTask(
            SessionOptions.DEFAULT,
            new Generation(3, List.of(), 0, 1, 0),
            0,
            List.of(257),
            ids -> "");
    List<Text> questions =
        List.of(new Text(new int[] {65, 66}, 2), new Text(new int[] {67, 999_999, 68}, 3));
    PreparedDocument document =
        new PreparedDocument(
            1,
            "1",
            new Prompt(new int[] {256}, questions, Optional.empty()),
            Tokens.ofIds(new int[] {70, 71, 72}),
            Optional.empty(),
            false);
    DecodingBatch batch = new DecodingBatch(engine, 2);
    try (OpenDocument open = task.open(engine, document)) {
      ask(engine, open, batch);
      assertThatThrownBy(() -> ask(engine, open, batch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Invalid token id: 999999 at position 5");
      assertThat(batch.hasRoom()).isTrue();
    }
    engine.close();
  }

  private static void ask(Engine engine, OpenDocument open, DecodingBatch batch) {
    OpenDocument.Question question = open.ask();
    engine.read(List.of(question.reading()));
    question.join(batch);
  }
}
