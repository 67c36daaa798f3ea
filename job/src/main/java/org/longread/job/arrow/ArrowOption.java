package org.longread.job.arrow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every option of {@code format("arrow")}. Names may be written in any case. */
public enum ArrowOption {
  /** What {@code load} or {@code save} is given: a file, a folder or a glob. */
  PATH("path", ""),
  /** The same for several, as a JSON array; Spark sets it. */
  PATHS("paths", ""),
  /** Reading: the folder below which {@code name=value} folders are partition columns. */
  BASE_PATH("basePath", ""),
  /** Reading: only files whose name this glob matches. */
  PATH_GLOB_FILTER("pathGlobFilter", ""),
  /** Reading: true lists folders to any depth and finds no partition columns. */
  RECURSIVE_FILE_LOOKUP("recursiveFileLookup", "false"),
  /** Reading: only files changed before this time, as in 2026-01-31T00:00:00. */
  MODIFIED_BEFORE("modifiedBefore", ""),
  /** Reading: only files changed after this time. */
  MODIFIED_AFTER("modifiedAfter", ""),
  /** Reading: zone of the two times; else the session's. */
  TIME_ZONE("timeZone", ""),
  /** Reading: true takes folders that do not fit the partition columns as plain ones. */
  IGNORE_INVALID_PARTITION_PATHS("ignoreInvalidPartitionPaths", "false"),
  /** Reading: {@code exact} refuses times with part of a microsecond, {@code truncate} cuts. */
  NANOSECONDS("nanoseconds", "exact"),
  /** Writing: {@code none} or {@code zstd}. */
  COMPRESSION("compression", "none"),
  /** Writing: rows after which a record batch ends. */
  MAX_RECORDS_PER_BATCH("maxRecordsPerBatch", "10000"),
  /** Writing: bytes after which a record batch ends, as Spark's rows measure; as in 64m. */
  MAX_BYTES_PER_BATCH("maxBytesPerBatch", "64m"),
  /** Overwriting: {@code static} replaces all, {@code dynamic} the partitions written. */
  PARTITION_OVERWRITE_MODE("partitionOverwriteMode", "static");

  private final String key;
  private final String preset;

  ArrowOption(String key, String preset) {
    this.key = key;
    this.preset = preset;
  }

  /** The name users write. */
  public String key() {
    return key;
  }

  /** What holds if it is not given. */
  public String preset() {
    return preset;
  }

  /** All names. */
  static List<String> keys() {
    return Arrays.stream(values()).map(ArrowOption::key).toList();
  }

  /** The option of this name, in any case. */
  static Optional<ArrowOption> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(option -> option.key.toLowerCase(Locale.ROOT).equals(lower))
        .findFirst();
  }
}
