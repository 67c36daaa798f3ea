package org.longread.job;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Spark task tells the driver once it has committed.
 *
 * @param failures result rows by error code
 * @param results name of the result file
 * @param executor the JVM it ran in
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
record TaskReport(
    TaskStatistics statistics, Map<String, Long> failures, String results, ExecutorHealth executor)
    implements Serializable {
  TaskReport {
    failures = new TreeMap<>(failures);
  }
}
