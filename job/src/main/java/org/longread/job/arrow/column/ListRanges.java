package org.longread.job.arrow.column;

import java.io.IOException;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.unsafe.Platform;

/** Where the lists of an array begin and end, by kind of list. */
final class ListRanges {
  private ListRanges() {}

  /**
   * The ranges.
   *
   * @param length lists
   * @param limit elements there are
   */
  static ListColumn.Ranges of(ArrowType type, int length, int limit, ArrayCheck check)
      throws IOException {
    return switch (type.getTypeID()) {
      case List, Map -> new Small(check.smallOffsets(limit));
      case LargeList -> new Large(check.largeOffsets(limit));
      case FixedSizeList -> {
        int size = ((ArrowType.FixedSizeList) type).getListSize();
        if (size < 0 || (long) size * length > limit) {
          throw check.damaged("has %d elements, %d lists of %d".formatted(limit, length, size));
        }
        yield new Fixed(size);
      }
      default -> views(type instanceof ArrowType.LargeListView ? 8 : 4, length, limit, check);
    };
  }

  private static Views views(int width, int length, int limit, ArrayCheck check)
      throws IOException {
    long bytes = (long) width * length;
    Views views = new Views(check.address(1, bytes), check.address(2, bytes), width);
    for (int i = 0; i < length; i++) {
      long start = views.read(views.starts, i);
      long count = views.read(views.counts, i);
      if (start < 0 || count < 0 || count > limit || start > limit - count) {
        throw check.damaged(
            "has a list of %d at %d, of %d elements".formatted(count, start, limit));
      }
    }
    return views;
  }

  private record Small(long offsets) implements ListColumn.Ranges {
    @Override
    public int start(int row) {
      return Platform.getInt(null, offsets + 4L * row);
    }

    @Override
    public int count(int row) {
      return start(row + 1) - start(row);
    }
  }

  private record Large(long offsets) implements ListColumn.Ranges {
    @Override
    public int start(int row) {
      return (int) Platform.getLong(null, offsets + 8L * row);
    }

    @Override
    public int count(int row) {
      return start(row + 1) - start(row);
    }
  }

  private record Fixed(int size) implements ListColumn.Ranges {
    @Override
    public int start(int row) {
      return size * row;
    }

    @Override
    public int count(int row) {
      return size;
    }
  }

  private record Views(long starts, long counts, int width) implements ListColumn.Ranges {
    long read(long from, int row) {
      return width == 8
          ? Platform.getLong(null, from + 8L * row)
          : Platform.getInt(null, from + 4L * row);
    }

    @Override
    public int start(int row) {
      return (int) read(starts, row);
    }

    @Override
    public int count(int row) {
      return (int) read(counts, row);
    }
  }
}
