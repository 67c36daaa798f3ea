package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.longread.job.write.ArrowTables;
import org.longread.job.write.Manifest;

/** Holds a complete output to C1 and C2: the manifest lists what is there, and nothing else is. */
final class OutputCheck {
  private OutputCheck() {}

  static Manifest manifest(Path output) throws IOException {
    return Manifest.read(new org.apache.hadoop.fs.Path(output.toUri()), new Configuration())
        .orElseThrow();
  }

  /** Files below the output, but for checksums. */
  static List<String> files(Path output) throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".crc"))
          .map(file -> output.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** Lives that are recorded; of a complete run none. */
  static int lives(Path output) throws IOException {
    Path lives = output.resolve("_longread/lives");
    if (!Files.exists(lives)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(lives)) {
      return (int) files.filter(file -> !file.getFileName().toString().startsWith(".")).count();
    }
  }

  /** Result and statistics files that readers see. */
  static List<String> visible(Path output) throws IOException {
    return files(output).stream().filter(file -> !file.startsWith("_")).toList();
  }

  static void isComplete(Path output) throws IOException {
    Manifest manifest = manifest(output);
    List<String> listed = new ArrayList<>(manifest.results());
    listed.addAll(manifest.statistics());
    assertThat(manifest.files()).extracting(Manifest.OutputFile::path).isEqualTo(listed);
    listed.add("manifest.json");
    assertThat(files(output)).containsExactlyInAnyOrderElementsOf(listed);
    for (Manifest.OutputFile file : manifest.files()) {
      assertThat(output.resolve(file.path())).hasSize(file.bytes());
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    ArrowTables.forEachRow(output.resolve("results"), rows::add);
    assertThat(manifest.counts().rows()).isEqualTo(rows.size());
    assertThat(
            manifest.files().stream()
                .filter(file -> file.path().startsWith("results/"))
                .mapToLong(Manifest.OutputFile::rows)
                .sum())
        .isEqualTo(rows.size());
    assertThat(manifest.lineage().inputs()).isNotEmpty();
    assertThat(manifest.lineage().outputs())
        .extracting(DatasetName::name)
        .satisfiesExactly(
            results -> assertThat(results).endsWith("/results"),
            statistics -> assertThat(statistics).endsWith("/stats"));
    long failed = rows.stream().filter(row -> "error".equals(row.get("status"))).count();
    assertThat(manifest.counts().rowsFailed()).isEqualTo(failed);
    assertThat(manifest.counts().outcomes().get("ok")).isEqualTo(rows.size() - failed);
    long keys =
        rows.stream()
            .filter(row -> row.get("doc_id") != null)
            .map(row -> row.get("doc_id") + " " + row.get("question_index"))
            .distinct()
            .count();
    long unnamed = rows.stream().filter(row -> row.get("doc_id") == null).count();
    assertThat(keys + unnamed).as("no row twice").isEqualTo(rows.size());
  }
}
