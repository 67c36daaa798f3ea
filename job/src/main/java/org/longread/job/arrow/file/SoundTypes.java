package org.longread.job.arrow.file;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Types as Arrow's format defines them. A schema is data of the file: a width it does not define
 * would have values read in other places than those that were checked.
 */
final class SoundTypes {
  private SoundTypes() {}

  /**
   * The type itself.
   *
   * @throws IllegalArgumentException if it has a width or number of digits that the format does not
   */
  static ArrowType require(ArrowType type) {
    boolean sound =
        switch (type.getTypeID()) {
          case Int -> isInteger(((ArrowType.Int) type).getBitWidth());
          case Decimal -> isDecimal((ArrowType.Decimal) type);
          case Time -> isTime((ArrowType.Time) type);
          case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth() >= 0;
          case FixedSizeList -> ((ArrowType.FixedSizeList) type).getListSize() >= 0;
          default -> true;
        };
    if (!sound) {
      throw new IllegalArgumentException("there is no type " + type);
    }
    return type;
  }

  private static boolean isInteger(int bits) {
    return bits == 8 || bits == 16 || bits == 32 || bits == 64;
  }

  private static boolean isDecimal(ArrowType.Decimal type) {
    int most =
        switch (type.getBitWidth()) {
          case 32 -> 9;
          case 64 -> 18;
          case 128 -> 38;
          case 256 -> 76;
          default -> 0;
        };
    return type.getPrecision() >= 1 && type.getPrecision() <= most;
  }

  private static boolean isTime(ArrowType.Time type) {
    return switch (type.getUnit()) {
      case SECOND, MILLISECOND -> type.getBitWidth() == 32;
      case MICROSECOND, NANOSECOND -> type.getBitWidth() == 64;
    };
  }

  /** Requires the first child to be signed integers of 16, 32 or 64 bits, as they stand. */
  static void requireRunEnds(String name, List<Field> children) {
    boolean sound =
        !children.isEmpty()
            && children.get(0).getDictionary() == null
            && children.get(0).getType() instanceof ArrowType.Int ends
            && ends.getIsSigned()
            && ends.getBitWidth() >= 16;
    if (!sound) {
      throw new IllegalArgumentException("field " + name + ": its runs have no ends");
    }
  }
}
