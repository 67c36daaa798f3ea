package org.longread.job.arrow.read;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one Spark task reads.
 *
 * @param ranges in the order in which they are read
 */
record Split(List<BatchRange> ranges) implements InputPartition {
  private static final int MAX_HOSTS = 3;

  @Override
  public String[] preferredLocations() {
    Map<String, Long> bytes = new HashMap<>();
    for (BatchRange range : ranges) {
      range.hosts().forEach(host -> bytes.merge(host, range.bytes(), Long::sum));
    }
    return bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(MAX_HOSTS)
        .map(Map.Entry::getKey)
        .toArray(String[]::new);
  }
}
