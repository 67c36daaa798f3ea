package org.longread.kernels.ops;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Arrays of weights that come and go, used again by the next weights of the same widths, so that
 * streaming a model leaves no garbage. Safe for use by several threads.
 *
 * <p>Owns the arrays that no matrix has. It holds idle ones only as long as all it ever made, and
 * did not drop, fit its limit: those of widths that nobody asks for give way to others.
 */
public final class PanelPool implements PanelArrays {
  private final long limitBytes;
  private final Map<Key, Deque<Object>> idle = new HashMap<>();
  private long bytes;

  private enum Element {
    BYTE(1),
    SHORT(2),
    FLOAT(4);

    final int bytes;

    Element(int bytes) {
      this.bytes = bytes;
    }
  }

  private record Key(Element element, int length) {
    long bytes() {
      return (long) element.bytes * length;
    }
  }

  /**
   * An empty pool.
   *
   * @param limitBytes of arrays in use and idle; those in use alone may exceed it
   */
  public PanelPool(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  @Override
  public byte[] bytes(int length) {
    Key key = new Key(Element.BYTE, length);
    Object kept = take(key);
    return kept instanceof byte[] array ? array : new byte[length];
  }

  @Override
  public short[] shorts(int length) {
    Key key = new Key(Element.SHORT, length);
    Object kept = take(key);
    return kept instanceof short[] array ? array : new short[length];
  }

  @Override
  public float[] floats(int length) {
    Key key = new Key(Element.FLOAT, length);
    Object kept = take(key);
    return kept instanceof float[] array ? array : new float[length];
  }

  /** An idle array of that kind; else room is made for a new one, and the key itself comes back. */
  private synchronized Object take(Key key) {
    Deque<Object> same = idle.get(key);
    if (same != null && !same.isEmpty()) {
      return same.pop();
    }
    bytes += key.bytes();
    Iterator<Map.Entry<Key, Deque<Object>>> others = idle.entrySet().iterator();
    while (bytes > limitBytes && others.hasNext()) {
      Map.Entry<Key, Deque<Object>> other = others.next();
      while (bytes > limitBytes && !other.getValue().isEmpty()) {
        other.getValue().pop();
        bytes -= other.getKey().bytes();
      }
      if (other.getValue().isEmpty()) {
        others.remove();
      }
    }
    return key;
  }

  /** Takes back the arrays of a matrix packed from here, which nobody may use any more. */
  public void give(WeightMatrix matrix) {
    for (int p = 0; p < matrix.panels(); p++) {
      switch (matrix.precision()) {
        case F32 -> give(Element.FLOAT, matrix.floats(p), matrix.floats(p).length);
        case BF16, F16 -> give(Element.SHORT, matrix.shorts(p), matrix.shorts(p).length);
        case FP8_E4M3 -> {
          give(Element.BYTE, matrix.codes(p), matrix.codes(p).length);
          give(Element.FLOAT, matrix.scales(p), matrix.scales(p).length);
        }
      }
    }
  }

  private synchronized void give(Element element, Object array, int length) {
    idle.computeIfAbsent(new Key(element, length), key -> new ArrayDeque<>()).push(array);
  }

  /** Bytes of all arrays made and not dropped. */
  public synchronized long bytes() {
    return bytes;
  }
}
