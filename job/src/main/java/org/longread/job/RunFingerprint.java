package org.longread.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
        JobOptions.valuesThatChangeResults(plan.conf()),
        FLOAT32.contains(backend) ? "float32" : backend,
        codeVersion());
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
