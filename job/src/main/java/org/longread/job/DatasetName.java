package org.longread.job;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What lineage calls a folder or file: as OpenLineage's naming specification has it, so that ours
 * are one with those that other Spark jobs, Airflow and catalogs tell of the same data.
 *
 * @param namespace {@code file}, or scheme and authority: {@code hdfs://names:8020}, {@code
 *     s3://bucket}
 * @param name the path; of object stores the key, without a slash before it
 */
public record DatasetName(String namespace, String name) implements Serializable {
  private static final Pattern OBJECT_STORE = Pattern.compile("(s3|gs|abfs|wasb)[a-z]?");

  private static final Pattern PATTERN = Pattern.compile("[*?\\[{]");

  /** Names of one store that differ in the connector alone; what is not here stays as it is. */
  private static final Map<String, String> CANONICAL =
      Map.of("s3a", "s3", "s3n", "s3", "abfs", "abfss", "wasb", "wasbs");

  /**
   * The name of what a path reads or writes; of a pattern, the folder that holds all it can match.
   *
   * @throws IOException if its file system cannot be reached
   */
  public static DatasetName of(String path, Configuration hadoop) throws IOException {
    Path folder = new Path(path);
    for (Path up = folder; up != null; up = up.getParent()) {
      if (PATTERN.matcher(up.getName()).find()) {
        folder = up.getParent();
      }
    }
    return of(folder.getFileSystem(hadoop).makeQualified(folder).toUri());
  }

  /**
   * The name of a location.
   *
   * @param location qualified: with scheme, and with authority where the file system has one
   */
  public static DatasetName of(URI location) {
    String scheme = Optional.ofNullable(location.getScheme()).orElse("file");
    String path = withoutLast(location.getPath());
    if (scheme.equals("file")) {
      return new DatasetName(scheme, path.isEmpty() ? "/" : path);
    }
    String authority = Optional.ofNullable(location.getRawAuthority()).orElse("");
    String namespace =
        Credentials.leftOut(CANONICAL.getOrDefault(scheme, scheme) + "://" + authority);
    if (OBJECT_STORE.matcher(scheme).matches() && path.startsWith("/")) {
      path = path.substring(1);
    }
    return new DatasetName(authority.isEmpty() ? scheme : namespace, path.isEmpty() ? "/" : path);
  }

  /** What OpenLineage's listener for Spark reads among the properties of a table. */
  public Map<String, String> asTableProperties() {
    return Map.of("openlineage.dataset.namespace", namespace, "openlineage.dataset.name", name);
  }

  private static String withoutLast(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
