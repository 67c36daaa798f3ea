package org.longread.job.read;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.longread.job.JobConf.PromptFormat;
import org.longread.kernels.checkpoint.ModelVariant;

/**
 * What a model's chat template puts around the one message of a user. The template sees a stand-in
 * for that message, never a document or a question, so nothing in them can act as template, and
 * offsets of a document's tokens are into the document.
 *
 * @param format in which prompts are
 * @param head before the message, special tokens included; empty if plain
 * @param tail after it, up to where the model's answer begins; empty if plain
 */
public record ChatFrame(PromptFormat format, String head, String tail) {
  /** No template. */
  public static final ChatFrame PLAIN = new ChatFrame(PromptFormat.PLAIN, "", "");

  /** Stand-ins of different lengths: what is around one must be around the other. */
  private static final String STAND_IN = "longread4f1c9a";

  private static final String OTHER_STAND_IN = "longread4f1c9a0b27d6";

  private static final Pattern ROLE_MARK = Pattern.compile("<\uff5c[^\uff5c<>]+\uff5c>");

  /**
   * The frame of a model folder: of its chat template, or, for a DeepSeek V3.2 model without one,
   * of the encoding published with it.
   *
   * @throws IllegalArgumentException if the model has no template, or one that cannot be used
   */
  public static ChatFrame of(PromptFormat format, Path model, ModelVariant variant) {
    if (format == PromptFormat.PLAIN) {
      return PLAIN;
    }
    return ChatTemplate.find(model)
        .map(template -> of(format, template))
        .orElseGet(() -> published(format, model, variant));
  }

  /**
   * Checks that a tokenizer has DeepSeek's marks of roles as tokens; in pieces, no model knows
   * them.
   *
   * @throws IllegalArgumentException naming the first it has not
   */
  public void check(DocumentTokenizer tokenizer) {
    for (Matcher mark = ROLE_MARK.matcher(head + tail); mark.find(); ) {
      int tokens = tokenizer.tokenize(mark.group()).count();
      if (tokens != 1) {
        throw new IllegalArgumentException(
            "Cannot use a chat template: the tokenizer reads %s as %d tokens (expected 1). Use prompt-format=plain, or this model's own tokenizer.json"
                .formatted(mark.group(), tokens));
      }
    }
  }

  private static ChatFrame of(PromptFormat format, ChatTemplate template) {
    Boolean thinks = format == PromptFormat.CHAT_THINKING;
    // Both names are in use for the same thing: DeepSeek's and GLM's.
    Map<String, Object> settings = Map.of("thinking", thinks, "enable_thinking", thinks);
    ChatFrame frame = split(format, template, template.render(STAND_IN, settings), STAND_IN);
    String other = template.render(OTHER_STAND_IN, settings);
    if (!frame.equals(split(format, template, other, OTHER_STAND_IN))) {
      throw template.unusable("what it puts around a message depends on the message");
    }
    return frame;
  }

  private static ChatFrame split(
      PromptFormat format, ChatTemplate template, String text, String message) {
    int at = text.indexOf(message);
    if (at < 0 || at != text.lastIndexOf(message)) {
      throw template.unusable("the user's message does not stand in it once, as it is");
    }
    return new ChatFrame(format, text.substring(0, at), text.substring(at + message.length()));
  }

  /** As DeepSeek-V3.2's encoding_dsv32.py writes a conversation of one message. */
  private static ChatFrame published(PromptFormat format, Path model, ModelVariant variant) {
    if (variant != ModelVariant.DEEPSEEK_V32) {
      throw new IllegalArgumentException(
          "Cannot use a chat template: %s has none, neither %s nor chat_template in %s. Add it, or use prompt-format=plain with prompt-prefix and prompt-suffix"
              .formatted(model, ChatTemplate.FILE, ChatTemplate.CONFIG));
    }
    String thinking = format == PromptFormat.CHAT_THINKING ? "<think>" : "</think>";
    return new ChatFrame(
        format,
        "<\uff5cbegin\u2581of\u2581sentence\uff5c><\uff5cUser\uff5c>",
        "<\uff5cAssistant\uff5c>" + thinking);
  }
}
