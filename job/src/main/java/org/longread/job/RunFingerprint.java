package org.longread.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.longread.job.write.Manifest.Fingerprint;

/** What decides over the results of a run: model, options, arithmetic, code. */
final class RunFingerprint {
  /** Backends held to each other bit for bit by tests. */
  private static final Set<String> FLOAT32 = Set.of("auto", "scalar", "cpu");

  private static final Set<String> LOCATIONS = Set.of("input", "model");

  private RunFingerprint() {}

  static Fingerprint of(RunPlan plan) {
    String backend = plan.conf().engine().backend();
    return new Fingerprint(
        plan.engine().sha256(),
        withoutPasswords(JobOptions.valuesThatChangeResults(plan.conf())),
        FLOAT32.contains(backend) ? "float32" : backend,
        resultsVersion());
  }

  private static Map<String, String> withoutPasswords(Map<String, String> options) {
    Map<String, String> told = new LinkedHashMap<>(options);
    for (String location : LOCATIONS) {
      told.computeIfPresent(location, (name, value) -> Credentials.leftOut(value));
    }
    return told;
  }

  /** What a run with one of them would do otherwise than with the other, in words. */
  static List<String> differences(Fingerprint before, Fingerprint now) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(now.options().keySet());
    names.addAll(before.options().keySet());
    for (String name : names) {
      String was = before.options().getOrDefault(name, "not an option");
      String is = now.options().getOrDefault(name, "not an option");
      add(differences, name, was, is);
    }
    add(differences, "content of the model (SHA-256)", before.modelSha256(), now.modelSha256());
    add(differences, "arithmetic", before.arithmetic(), now.arithmetic());
    add(differences, "version of what results are", before.code(), now.code());
    return differences;
  }

  private static void add(List<String> differences, String what, String was, String is) {
    if (!was.equals(is)) {
      differences.add("%s was %s and is %s".formatted(what, shown(was), shown(is)));
    }
  }

  private static String shown(String value) {
    return value.isEmpty() ? "empty" : value;
  }

  /** Rises when the code gives other results: see version.properties. */
  static String resultsVersion() {
    try (InputStream in = RunFingerprint.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("results");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
