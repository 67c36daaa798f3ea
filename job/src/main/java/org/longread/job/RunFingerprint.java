package org.longread.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.longread.job.write.Manifest.Fingerprint;

/** What decides over the results of a run: model, options, arithmetic, code. */
final class RunFingerprint {
  /** Backends held to each other bit for bit by tests. */
  private static final Set<String> FLOAT32 = Set.of("auto", "scalar", "cpu");

  private RunFingerprint() {}

  static Fingerprint of(RunPlan plan) {
    String backend = plan.conf().engine().backend();
    return new Fingerprint(
        plan.engine().sha256(),
        options(plan.conf()),
        FLOAT32.contains(backend) ? "float32" : backend,
        codeVersion());
  }

  /** Options that can change a result row; not where it is written, how fast, or at what price. */
  private static Map<String, Object> options(JobConf conf) {
    Map<String, Object> options = new LinkedHashMap<>();
    JobConf.Input input = conf.input();
    options.put("input", input.path());
    options.put("input-format", input.format());
    options.put("id-column", input.idColumn());
    options.put("text-column", input.textColumn());
    options.put("tokens-column", input.tokensColumn());
    options.put("part-column", input.partColumn());
    options.put("questions-column", input.questionsColumn());
    options.put("continuation-column", input.continuationColumn());
    options.put("task", conf.task());
    options.put("prompt-prefix", conf.prompt().prefix());
    options.put("prompt-suffix", conf.prompt().suffix());
    options.put("attention", conf.engine().attention());
    options.put("top-k", conf.engine().topK());
    options.put("sample-quality", conf.engine().sampleQuality());
    options.put("max-new-tokens", conf.generation().maxNewTokens());
    options.put("stop", conf.generation().stop());
    options.put("temperature", conf.generation().temperature());
    options.put("top-p", conf.generation().topP());
    options.put("seed", conf.generation().seed());
    options.put("max-document-tokens", conf.limits().maxDocumentTokens());
    options.put("on-too-long", conf.limits().onTooLong());
    options.put("evidence-spans", conf.reporting().evidenceSpans());
    options.put("pooling", conf.reporting().pooling());
    return options;
  }

  private static String codeVersion() {
    try (InputStream in = RunFingerprint.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
