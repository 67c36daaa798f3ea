package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * Where a row goes: to a partition, and there to its turn. Rows of one document are neighbours.
 *
 * @param partition of the document
 * @param turn of the document in its partition; many small ones share the last
 * @param hash of the id
 * @param id null if the row has none
 * @param part number of the part; 0 if there is none
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
@SuppressWarnings("serial") // id is a String or a boxed number
record Place(int partition, int turn, long hash, Object id, long part)
    implements Comparable<Place>, Serializable {

  /** Order within a partition. */
  @Override
  public int compareTo(Place other) {
    int order = Integer.compare(turn, other.turn);
    if (order == 0) {
      order = Long.compare(hash, other.hash);
    }
    if (order == 0) {
      order = compareIds(id, other.id);
    }
    return order != 0 ? order : Long.compare(part, other.part);
  }

  @SuppressWarnings("unchecked") // ids of one column have one type
  private static int compareIds(Object a, Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a == null, b == null);
    }
    return ((Comparable<Object>) a).compareTo(b);
  }
}
