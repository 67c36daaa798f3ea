package org.longread.job.arrow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.longread.job.DatasetName;
import org.longread.job.InvalidRunException;
import org.longread.job.NearestName;
import org.longread.job.arrow.column.Nanoseconds;
import org.longread.job.arrow.write.ArrowFileFormat;
import org.longread.job.arrow.write.Replacement;

/**
 * The options of one read or write, checked. Beside those of {@link ArrowOption}, keys with a dot
 * are settings of Hadoop, as with Spark's other file formats.
 */
public final class ArrowOptions {
  /** How {@code DataFrameWriter.partitionBy} reaches a source: a JSON array. */
  public static final String PARTITION_COLUMNS = "__partition_columns";

  private static final String SESSION_OVERWRITE = "spark.sql.sources.partitionOverwriteMode";

  private final Map<String, String> given;
  private final boolean ofTable;

  private ArrowOptions(Map<String, String> given, boolean ofTable) {
    this.given = given;
    this.ofTable = ofTable;
  }

  /**
   * Checks options.
   *
   * @param given names and values; the properties of a catalog's table may be among them
   * @throws InvalidRunException for an unknown name or an impossible value
   */
  public static ArrowOptions of(Map<String, String> given) {
    boolean ofTable = given.containsKey(TableCatalog.PROP_PROVIDER);
    Map<String, String> known = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String key = entry.getKey();
      if (ArrowOption.of(key).isPresent()) {
        known.put(ArrowOption.of(key).get().key(), entry.getValue());
      } else if (key.contains(".") || key.startsWith("__")) {
        known.put(key, entry.getValue());
      } else if (!ofTable || given.containsKey(TableCatalog.OPTION_PREFIX + key)) {
        throw new InvalidRunException(
            "Invalid option of format arrow: %s (no such option%s; there are %s)"
                .formatted(
                    key,
                    NearestName.hint(key, ArrowOption.keys()),
                    String.join(", ", ArrowOption.keys())));
      }
    }
    ArrowOptions options = new ArrowOptions(known, ofTable);
    options.nanoseconds();
    options.fileFormat();
    options.one(ArrowOption.PARTITION_OVERWRITE_MODE, Overwrite.values());
    return options;
  }

  private String get(ArrowOption option) {
    return given.getOrDefault(option.key(), option.preset());
  }

  private static InvalidRunException invalid(ArrowOption option, String value, String rule) {
    return new InvalidRunException("Invalid %s: %s (%s)".formatted(option.key(), value, rule));
  }

  /** What was given, under the names of {@link ArrowOption}. */
  public Map<String, String> asMap() {
    return Map.copyOf(given);
  }

  /** Whether these are the properties of a catalog's table, whose folder may not exist yet. */
  public boolean isOfTable() {
    return ofTable;
  }

  /**
   * The paths to read; several if {@code load} was given several, none of a catalog's table that is
   * being created.
   */
  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    if (given.containsKey(ArrowOption.PATHS.key())) {
      paths.addAll(names(ArrowOption.PATHS.key()));
    }
    if (!get(ArrowOption.PATH).isEmpty()) {
      paths.add(get(ArrowOption.PATH));
    }
    if (paths.isEmpty() && !ofTable) {
      throw new InvalidRunException("Invalid path: none given (expected load(path) or save(path))");
    }
    return paths;
  }

  /** The columns of {@code partitionBy}. */
  List<String> partitionColumns() {
    return given.containsKey(PARTITION_COLUMNS) ? names(PARTITION_COLUMNS) : List.of();
  }

  private List<String> names(String key) {
    try {
      return List.of(new ObjectMapper().readValue(given.get(key), String[].class));
    } catch (JsonProcessingException e) {
      throw new InvalidRunException(
          "Invalid %s: %s (expected a JSON array of strings)".formatted(key, given.get(key)), e);
    }
  }

  /** What becomes of parts of a microsecond. */
  public Nanoseconds nanoseconds() {
    return one(ArrowOption.NANOSECONDS, Nanoseconds.values());
  }

  private <E extends Enum<E>> E one(ArrowOption option, E[] values) {
    for (E value : values) {
      if (value.name().equalsIgnoreCase(get(option))) {
        return value;
      }
    }
    List<String> names = new ArrayList<>();
    for (E value : values) {
      names.add(value.name().toLowerCase(Locale.ROOT));
    }
    throw invalid(
        option,
        get(option),
        "expected " + String.join(" or ", names) + NearestName.hint(get(option), names));
  }

  /** How files are written. */
  public ArrowFileFormat fileFormat() {
    return new ArrowFileFormat(
        one(ArrowOption.COMPRESSION, ArrowFileFormat.Compression.values()),
        Math.toIntExact(
            positive(ArrowOption.MAX_RECORDS_PER_BATCH, Integer.MAX_VALUE, Long::parseLong)),
        positive(ArrowOption.MAX_BYTES_PER_BATCH, Integer.MAX_VALUE, JavaUtils::byteStringAsBytes));
  }

  private long positive(ArrowOption option, long most, Function<String, Long> parse) {
    String rule = "expected 1 to " + most;
    try {
      long value = parse.apply(get(option));
      if (value > 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new InvalidRunException(
          "Invalid %s: %s (%s)".formatted(option.key(), get(option), rule), e);
    }
    throw invalid(option, get(option), rule);
  }

  private enum Overwrite {
    STATIC,
    DYNAMIC
  }

  /** What an overwrite replaces: as the option says, else the session. */
  Replacement replacement(SparkSession spark) {
    boolean dynamic =
        given.containsKey(ArrowOption.PARTITION_OVERWRITE_MODE.key())
            ? one(ArrowOption.PARTITION_OVERWRITE_MODE, Overwrite.values()) == Overwrite.DYNAMIC
            : spark.conf().get(SESSION_OVERWRITE).equalsIgnoreCase(Overwrite.DYNAMIC.name());
    return dynamic && !partitionColumns().isEmpty() ? Replacement.PARTITIONS : Replacement.ALL;
  }

  /** The one path to write to. */
  public String outputPath() {
    if (paths().size() != 1) {
      throw new InvalidRunException("Invalid path: " + paths() + " (expected one to write to)");
    }
    return paths().get(0);
  }

  /**
   * Properties that tell OpenLineage's listener what is read or written; none of several paths or
   * of a file system that cannot be reached, which is for reading and writing to say.
   */
  public Map<String, String> lineage(SparkSession spark) {
    if (paths().size() != 1) {
      return Map.of(); // the listener takes one name a table
    }
    try {
      return DatasetName.of(paths().get(0), hadoop(spark)).asTableProperties();
    } catch (IOException | IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** Settings of the file systems: Spark's, the session's and those among the options. */
  public Configuration hadoop(SparkSession spark) {
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .sessionState()
        .newHadoopConfWithOptions(ScalaCollections.map(given));
  }
}
