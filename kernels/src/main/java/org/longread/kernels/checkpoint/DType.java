package org.longread.kernels.checkpoint;

import java.util.Optional;
import org.longread.kernels.ops.Precision;

/** The element types of safetensors files that we know; named as there. */
public enum DType {
  /** IEEE binary64. */
  F64(8),
  /** IEEE binary32. */
  F32(4),
  /** IEEE binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  /** OCP E4M3 "fn". */
  F8_E4M3(1),
  /** OCP E5M2; never a weight here. */
  F8_E5M2(1),
  /** A power of two; never a weight here. */
  F8_E8M0(1),
  /** Signed, 64 bits. */
  I64(8),
  /** Signed, 32 bits. */
  I32(4),
  /** Signed, 16 bits. */
  I16(2),
  /** Signed, 8 bits. */
  I8(1),
  /** Unsigned, 64 bits. */
  U64(8),
  /** Unsigned, 32 bits. */
  U32(4),
  /** Unsigned, 16 bits. */
  U16(2),
  /** Unsigned, 8 bits. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** The type of that name, if known. */
  public static Optional<DType> named(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** How the kernels keep a weight of this type; empty if it cannot be one. */
  public Optional<Precision> precision() {
    return switch (this) {
      case F32 -> Optional.of(Precision.F32);
      case F16 -> Optional.of(Precision.F16);
      case BF16 -> Optional.of(Precision.BF16);
      case F8_E4M3 -> Optional.of(Precision.FP8_E4M3);
      case F64, F8_E5M2, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> Optional.empty();
    };
  }
}
