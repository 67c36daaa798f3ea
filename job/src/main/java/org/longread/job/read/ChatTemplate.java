package org.longread.job.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.longread.kernels.checkpoint.StrictJson;

/**
 * A model's chat template, as Hugging Face transformers finds it: {@code chat_template.jinja}, or
 * {@code chat_template} of {@code tokenizer_config.json}, where there may be several by name and
 * "default" is taken.
 */
final class ChatTemplate {
  static final String FILE = "chat_template.jinja";
  static final String CONFIG = "tokenizer_config.json";

  private static final long LARGEST_BYTES = 1_000_000;
  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

  private final Path file;
  private final String template;
  private final Map<String, String> specialTokens;

  private ChatTemplate(Path file, String template, Map<String, String> specialTokens) {
    this.file = file;
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /**
   * The template of a model folder, if it has one.
   *
   * @throws IllegalArgumentException if a file cannot be read
   */
  static Optional<ChatTemplate> find(Path model) {
    Path config = model.resolve(CONFIG);
    Optional<JsonNode> fields =
        Files.isRegularFile(config) ? Optional.of(StrictJson.readObject(config)) : Optional.empty();
    Map<String, String> tokens = fields.map(ChatTemplate::specialTokens).orElse(Map.of());
    Path own = model.resolve(FILE);
    if (Files.isRegularFile(own)) {
      return Optional.of(new ChatTemplate(own, read(own), tokens));
    }
    return fields
        .flatMap(ChatTemplate::ofConfig)
        .map(text -> new ChatTemplate(config, text, tokens));
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw new IllegalArgumentException(
            "Cannot read %s: %d bytes (expected at most %d)"
                .formatted(file, Files.size(file), LARGEST_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> ofConfig(JsonNode config) {
    JsonNode given = config.path("chat_template");
    if (given.isTextual()) {
      return Optional.of(given.asText());
    }
    for (JsonNode named : given) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> specialTokens(JsonNode config) {
    Map<String, String> tokens = new HashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = config.path(name);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        tokens.put(name, content.asText());
      }
    }
    return tokens;
  }

  /**
   * A conversation of one user's message, up to where the answer begins.
   *
   * @param settings what else the template may ask for
   * @throws IllegalArgumentException if the template cannot be rendered
   */
  String render(String message, Map<String, Object> settings) {
    Map<String, Object> context = new HashMap<>(settings);
    context.putAll(specialTokens);
    context.put("messages", List.of(Map.of("role", "user", "content", message)));
    context.put("add_generation_prompt", true);
    try {
      return JinjaTemplate.render(template, context);
    } catch (IllegalArgumentException e) {
      throw unusable(e.getMessage());
    }
  }

  IllegalArgumentException unusable(String reason) {
    return new IllegalArgumentException(
        "Cannot use the chat template of %s: %s. Use prompt-format=plain with prompt-prefix and prompt-suffix"
            .formatted(file, reason));
  }
}
