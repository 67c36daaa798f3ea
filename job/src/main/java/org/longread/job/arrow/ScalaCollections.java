package org.longread.job.arrow;

import java.util.List;
import java.util.Map;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Collections as Spark's Scala classes take and give them. */
public final class ScalaCollections {
  private ScalaCollections() {}

  /** As a Scala or Java list, whichever it is not. */
  public static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }

  /** As a Scala or Java list, whichever it is not. */
  public static <T> List<T> list(Seq<T> seq) {
    return CollectionConverters.asJava(seq);
  }

  /** As a Scala map. */
  public static scala.collection.immutable.Map<String, String> map(Map<String, String> map) {
    List<Tuple2<String, String>> pairs =
        map.entrySet().stream().map(e -> new Tuple2<>(e.getKey(), e.getValue())).toList();
    return scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(pairs));
  }
}
