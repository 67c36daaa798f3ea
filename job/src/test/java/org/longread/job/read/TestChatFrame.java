package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.JobConf.PromptFormat;
import org.longread.kernels.checkpoint.ModelVariant;

/** Templates against what Jinja2 makes of them; chat_expected.py writes that. */
class TestChatFrame {
  private static final Path CHAT = Path.of("src", "test", "resources", "chat");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path model;

  @ParameterizedTest
  @CsvSource({
    "namespace.jinja, CHAT",
    "namespace.jinja, CHAT_THINKING",
    "macro.jinja, CHAT",
    "macro.jinja, CHAT_THINKING",
    "lines.jinja, CHAT",
    "lines.jinja, CHAT_THINKING"
  })
  void rendersAsJinja2Does(String file, PromptFormat format) throws IOException {
    JsonNode expected =
        JSON.readTree(CHAT.resolve("expected.json").toFile()).path(file).path(format.name());
    config(Map.of("bos_token", "<bos>", "eos_token", Map.of("content", "<eos>")));
    Files.copy(CHAT.resolve(file), model.resolve("chat_template.jinja"));
    ChatFrame frame = frame(format);
    assertThat(frame.head()).isEqualTo(expected.path("head").asText());
    assertThat(frame.tail()).isEqualTo(expected.path("tail").asText());
  }

  @Test
  void aFileGoesBeforeTheConfigAndDefaultBeforeOthers() throws IOException {
    Map<String, String> tools = Map.of("name", "tool_use", "template", "T");
    Map<String, String> usual =
        Map.of("name", "default", "template", "D{{ messages[0].content }}D");
    config(Map.of("chat_template", new Object[] {tools, usual}));
    assertThat(frame(PromptFormat.CHAT).head()).isEqualTo("D");
    Files.writeString(model.resolve("chat_template.jinja"), "F{{ messages[0].content }}");
    assertThat(frame(PromptFormat.CHAT).head()).isEqualTo("F");
  }

  @Test
  void plainNeedsNoTemplate() {
    assertThat(frame(PromptFormat.PLAIN)).isEqualTo(ChatFrame.PLAIN);
  }

  @Test
  void aModelWithoutTemplateIsRefusedUnlessItsEncodingIsPublished() {
    assertThatThrownBy(() -> ChatFrame.of(PromptFormat.CHAT, model, ModelVariant.DEEPSEEK_V3))
        .hasMessageStartingWith("Cannot use a chat template: ")
        .hasMessageContaining("prompt-format=plain");
    ChatFrame published = ChatFrame.of(PromptFormat.CHAT, model, ModelVariant.DEEPSEEK_V32);
    assertThat(published.head())
        .isEqualTo("<\uff5cbegin\u2581of\u2581sentence\uff5c><\uff5cUser\uff5c>");
    assertThat(published.tail()).isEqualTo("<\uff5cAssistant\uff5c></think>");
    try (DocumentTokenizer bytes =
        DocumentTokenizer.open(Path.of("..", "deploy", "demo", "model"))) {
      assertThatThrownBy(() -> published.check(bytes)).hasMessageContaining("as 29 tokens");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no message",
        "{{ messages[0].content }} {{ messages[0].content }}",
        "{{ messages[0].content | upper }}",
        "{{ messages[0].content }} {{ messages[0].content | length }}",
        "{% if %}{{ messages[0].content }}",
        "{{ messages[0].content }}{{ strftime_now('%Y') }}",
        "{{ messages[0].content }}{{ raise_exception('not this') }}",
        "{% generation %}{{ messages[0].content }}{% endgeneration %}",
        "{{ messages[0].content }}{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{{ a }}"
            + "{% endfor %}{% endfor %}{% endfor %}{{ messages[0].content }}",
      })
  void aTemplateThatCannotBeUsedIsRefusedWithTheWayOut(String template) throws IOException {
    Files.writeString(model.resolve("chat_template.jinja"), template);
    assertThatThrownBy(() -> frame(PromptFormat.CHAT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot use the chat template of ")
        .hasMessageContaining("prompt-format=plain");
  }

  @Test
  void aTemplateThatPrintsNothingForeverIsStoppedByItsStepsNotByTheClock() throws IOException {
    String empty = "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}";
    Files.writeString(
        model.resolve("chat_template.jinja"),
        empty + "{% set d = a %}{% endfor %}{% endfor %}{% endfor %}{{ messages[0].content }}");
    assertThatThrownBy(() -> frame(PromptFormat.CHAT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it takes more than 50000 steps");
  }

  private ChatFrame frame(PromptFormat format) {
    return ChatFrame.of(format, model, ModelVariant.GLM_MOE_DSA);
  }

  private void config(Map<String, Object> fields) throws IOException {
    JSON.writeValue(model.resolve("tokenizer_config.json").toFile(), fields);
  }
}
