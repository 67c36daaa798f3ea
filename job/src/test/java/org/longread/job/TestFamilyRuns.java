package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.PromptFormat;
import org.longread.job.JobConf.Task;
import org.longread.kernels.AttentionMode;

/** Runs on models without an indexer, and on models with a chat template. */
class TestFamilyRuns {
  private static final Path DENSE =
      Path.of("..", "kernels", "src", "test", "resources", "golden", "family", "v2-lite");
  private static final Path DEMO = Path.of("..", "deploy", "demo", "model");
  private static final String TEXT = "The access code of Korvin: 48213. And they went up. ";

  @TempDir Path folder;

  @Test
  void aModelWithoutIndexerScoresAndHasNoCapturedMass() throws Exception {
    List<ArrowRow> rows = dense("ok").sampleQuality(1).evidence(1).run(Inputs.spark());
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).text("status")).isEqualTo("ok");
    assertThat(rows.get(0).number("log_prob_sum")).isNegative();
    assertThat(rows.get(0).get("captured_mass")).isNull();
    assertThat(rows.get(0).get("selection_recall")).isNull();
  }

  @Test
  void aSelectionIsRefusedBeforeAnythingIsWritten() {
    assertInvalid(
        dense("sparse").attention(AttentionMode.SPARSE, 0),
        "Invalid attention: sparse (deepseek_v2 has no indexer");
    assertInvalid(
        dense("kept").attention(AttentionMode.AUTO, 16),
        "Invalid top-k: 16 (deepseek_v2 has no indexer");
  }

  @Test
  void aChatIsTheSamePromptWithTheTemplateAroundIt() throws Exception {
    String template = "{{ bos_token }}Read: {{ messages[0]['content'] | trim }}\nAnswer:";
    RunBuilder chat = answer("chat").model(withTemplate(template)).prompt("", "\nCode?");
    RunBuilder plain = answer("plain").prompt("Read: ", "\nCode?\nAnswer:");
    ArrowRow expected = plain.run(Inputs.spark()).get(0);
    ArrowRow row = chat.format(PromptFormat.CHAT).run(Inputs.spark()).get(0);
    assertThat(row.text("text")).isEqualTo(expected.text("text"));
    assertThat(row.get("prompt_tokens")).isEqualTo(expected.get("prompt_tokens"));
    assertThat(row.get("output_log_prob")).isEqualTo(expected.get("output_log_prob"));
    assertThat(row.evidence()).isEqualTo(expected.evidence()).isNotEmpty();
  }

  @Test
  void aTemplateThatCannotBeUsedIsRefusedBeforeAnythingIsWritten() throws IOException {
    assertInvalid(
        answer("none").model(withTemplate("{{ nothing }}")).format(PromptFormat.CHAT),
        "Cannot use the chat template of ");
    assertInvalid(
        answer("unknown").format(PromptFormat.CHAT), "as 29 tokens (expected 1)", "plain");
  }

  private RunBuilder dense(String output) {
    Path input =
        Inputs.write(
            folder.resolve("tokens-" + output),
            1,
            "id string, tokens array<long>",
            Inputs.row("a", List.of(5L, 9L, 33L, 7L, 61L, 2L, 18L, 44L, 70L, 3L)));
    return new RunBuilder(folder.resolve(output)).input(input).model(DENSE).tokens("tokens");
  }

  private RunBuilder answer(String output) {
    Path input =
        Inputs.write(
            folder.resolve("text-" + output),
            1,
            "id string, text string",
            Inputs.row("a", TEXT.repeat(4)));
    return new RunBuilder(folder.resolve(output)).input(input).task(Task.GENERATE).evidence(2);
  }

  private Path withTemplate(String template) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model-" + template.hashCode()));
    try (var files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Files.writeString(model.resolve("chat_template.jinja"), template);
    return model;
  }

  private void assertInvalid(RunBuilder run, String... says) {
    assertThatThrownBy(() -> run.run(Inputs.spark()))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll(says);
  }
}
