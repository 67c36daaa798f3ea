package org.longread.job.write;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.longread.job.TaskStatistics;

/**
 * What one result file and one statistics file are made of.
 *
 * @param segments files that count, in order
 * @param results earlier result files, of which failed rows are left out
 * @param statistics earlier statistics files
 * @param attempts more statistics
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
record Part(
    List<SegmentFile> segments,
    List<String> results,
    List<String> statistics,
    List<TaskStatistics> attempts)
    implements Serializable {

  /**
   * Deals what counts to files by partition.
   *
   * @param base manifest of the complete run whose answered rows are kept
   * @param least files at least
   */
  static List<Part> deal(List<Manifest> base, List<Chain> chains, int least) {
    int count = least;
    for (Manifest manifest : base) {
      count = Math.max(count, manifest.results().size());
    }
    for (Chain chain : chains) {
      count = Math.max(count, chain.partition() + 1);
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(
          new Part(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
    }
    for (Manifest manifest : base) {
      for (int i = 0; i < manifest.results().size(); i++) {
        parts.get(i).results().add(manifest.results().get(i));
      }
      for (int i = 0; i < manifest.statistics().size(); i++) {
        parts.get(i % count).statistics().add(manifest.statistics().get(i));
      }
    }
    for (Chain chain : chains) {
      Part part = parts.get(chain.partition());
      for (SegmentFile.Documents content : SegmentFile.Documents.values()) {
        chain.files().stream()
            .filter(file -> file.content() == content)
            .forEach(part.segments()::add);
      }
      part.attempts().addAll(chain.statistics());
    }
    return parts;
  }
}
