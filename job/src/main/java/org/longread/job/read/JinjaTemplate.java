package org.longread.job.read;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.tree.Node;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Jinja as Hugging Face transformers sets it up: blocks are trimmed on both sides, what is put in
 * is not rendered again. A template comes from a model folder, so it is not trusted: it sees text,
 * lists and maps alone, and has little time and space.
 */
final class JinjaTemplate {
  private static final int MOST_SECONDS = 5;
  private static final int LARGEST_OUTPUT = 1_000_000;
  private static final int LARGEST_COLLECTION = 10_000;

  /** Far above what a template does for one message, which is some hundreds. */
  private static final int MOST_STEPS = 50_000;

  /**
   * Jinja's own precedence and whitespace. Jinjava's older ones read {@code not x is defined} as
   * {@code (not x) is defined}, and keep what a minus sign before an expression trims.
   */
  private static final LegacyOverrides AS_JINJA =
      LegacyOverrides.Builder.from(LegacyOverrides.NONE)
          .withUseTrimmingForNotesAndExpressions(true)
          .build();

  /** Methods of Python's strings that Java's have by another name; others are refused when met. */
  private static final Map<String, String> METHODS =
      Map.of(
          ".endswith(", ".endsWith(",
          ".startswith(", ".startsWith(",
          ".lower()", ".toLowerCase()",
          ".upper()", ".toUpperCase()");

  private JinjaTemplate() {}

  /**
   * The text a template makes of a context.
   *
   * @throws IllegalArgumentException if it fails, asks for what there is not, or does not end
   */
  static String render(String template, Map<String, Object> context) {
    CompletableFuture<RenderResult> result = new CompletableFuture<>();
    Thread thread = new Thread(() -> complete(result, template, context), "longread-template");
    thread.setDaemon(true);
    thread.start();
    try {
      RenderResult rendered = result.get(MOST_SECONDS, TimeUnit.SECONDS);
      for (TemplateError error : rendered.getErrors()) {
        throw new IllegalArgumentException(
            "line %d: %s".formatted(error.getLineno(), firstLine(error.getMessage())));
      }
      return rendered.getOutput();
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new IllegalArgumentException("it did not end within " + MOST_SECONDS + " s", e);
    } catch (ExecutionException e) {
      String reason =
          e.getCause() instanceof TooMuch much ? much.getMessage() : String.valueOf(e.getCause());
      throw new IllegalArgumentException(firstLine(reason), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalArgumentException("interrupted", e);
    }
  }

  private static void complete(
      CompletableFuture<RenderResult> result, String template, Map<String, Object> context) {
    try {
      result.complete(jinja().renderForResult(inJava(template), context));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError | TooMuch e) {
      // Left-out filters are missing classes; deep nesting overflows, what doubles itself fills the
      // heap. All are the template's fault.
      result.completeExceptionally(e);
    }
  }

  private static String inJava(String template) {
    String java = template;
    for (Map.Entry<String, String> method : METHODS.entrySet()) {
      java = java.replace(method.getKey(), method.getValue());
    }
    return java;
  }

  private static Jinjava jinja() {
    JinjavaConfig config =
        JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withNestedInterpretationEnabled(false)
            .withMaxOutputSize(LARGEST_OUTPUT)
            .withMaxStringLength(LARGEST_OUTPUT)
            .withMaxListSize(LARGEST_COLLECTION)
            .withMaxMapSize(LARGEST_COLLECTION)
            .withLegacyOverrides(AS_JINJA)
            .withProcessors(
                JinjavaProcessors.newBuilder().withNodePreProcessor(new Steps()).build())
            .build();
    Jinjava jinjava = new Jinjava(config);
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", JinjaTemplate.class, "raiseException", String.class));
    return jinjava;
  }

  /** Counts the pieces of one rendering, and ends it after too many, or when it is not awaited. */
  private static final class Steps implements BiConsumer<Node, JinjavaInterpreter> {
    private int left = MOST_STEPS;

    @Override
    public void accept(Node node, JinjavaInterpreter interpreter) {
      left--;
      if (left < 0 || Thread.currentThread().isInterrupted()) {
        throw new TooMuch();
      }
    }
  }

  /** An error, because Jinjava notes exceptions and goes on. */
  private static final class TooMuch extends Error {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("it takes more than " + MOST_STEPS + " steps");
    }
  }

  /** What a template calls that refuses a conversation. */
  public static String raiseException(String message) {
    throw new IllegalArgumentException(message);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
