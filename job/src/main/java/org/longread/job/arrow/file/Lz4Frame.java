package org.longread.job.arrow.file;

import java.util.Arrays;

/**
 * Decompresses LZ4 frames (format version 1.6), blocks linked or not. Checksums are skipped.
 *
 * <p>Our own, because what the platform ships will not do: the frame reader of lz4-java refuses
 * linked blocks, which Arrow's C++ library writes, and that of Commons Compress, which Arrow's Java
 * library uses, goes byte by byte.
 */
final class Lz4Frame {
  private static final int MAGIC = 0x184d2204;
  private static final int MIN_MATCH = 4;
  private static final int LONG_LENGTH = 15;
  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int DICTIONARY_ID = 0x01;
  private static final int STORED = 0x80000000;

  private final byte[] from;
  private final byte[] to;
  private int in;
  private int out;

  private Lz4Frame(byte[] from, int length) {
    this.from = from;
    this.to = new byte[length];
  }

  /**
   * The bytes of a frame.
   *
   * @param length how many it must yield
   * @throws IllegalArgumentException if it is damaged
   */
  static byte[] decompress(byte[] frame, int length) {
    Lz4Frame decoder = new Lz4Frame(frame, length);
    try {
      decoder.run();
    } catch (ArrayIndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("the frame is damaged near its byte " + decoder.in, e);
    }
    if (decoder.out != length) {
      throw new IllegalArgumentException(decoder.out + " bytes instead of " + length);
    }
    return decoder.to;
  }

  private void run() {
    if (readInt() != MAGIC) {
      throw new IllegalArgumentException("not an LZ4 frame");
    }
    int flags = from[in];
    if ((flags & DICTIONARY_ID) != 0) {
      throw new IllegalArgumentException("the frame wants a dictionary");
    }
    in += 3 + ((flags & CONTENT_SIZE) != 0 ? Long.BYTES : 0); // flags, block size, header checksum
    int checksumBytes = (flags & BLOCK_CHECKSUM) != 0 ? Integer.BYTES : 0;
    for (int size = readInt(); size != 0; size = readInt()) {
      int bytes = size & ~STORED;
      if (bytes > from.length - in) {
        throw new IllegalArgumentException("a block of " + bytes + " bytes is cut short");
      }
      if ((size & STORED) != 0) {
        copyLiterals(bytes);
      } else {
        block(in + bytes);
      }
      in += checksumBytes;
    }
  }

  private int readInt() {
    int value =
        (from[in] & 0xff)
            | (from[in + 1] & 0xff) << 8
            | (from[in + 2] & 0xff) << 16
            | (from[in + 3] & 0xff) << 24;
    in += Integer.BYTES;
    return value;
  }

  private void block(int end) {
    while (in < end) {
      int token = from[in++] & 0xff;
      copyLiterals(length(token >>> 4));
      if (in >= end) {
        return; // the last sequence has literals only
      }
      int distance = (from[in] & 0xff) | (from[in + 1] & 0xff) << 8;
      in += 2;
      copyMatch(distance, length(token & 0xf) + MIN_MATCH);
    }
  }

  private int length(int nibble) {
    int length = nibble;
    if (nibble == LONG_LENGTH) {
      int more;
      do {
        more = from[in++] & 0xff;
        length = Math.addExact(length, more);
      } while (more == 0xff);
    }
    return length;
  }

  private void copyLiterals(int bytes) {
    System.arraycopy(from, in, to, out, bytes);
    in += bytes;
    out += bytes;
  }

  /** Copies from {@code distance} back; where the two overlap, what was copied is copied again. */
  private void copyMatch(int distance, int bytes) {
    if (distance == 0 || distance > out || bytes > to.length - out) {
      throw new IllegalArgumentException("the frame is damaged near its byte " + in);
    }
    if (distance == 1) {
      Arrays.fill(to, out, out + bytes, to[out - 1]);
    } else if (distance >= bytes) {
      System.arraycopy(to, out - distance, to, out, bytes);
    } else {
      for (int i = 0; i < bytes; i++) {
        to[out + i] = to[out - distance + i];
      }
    }
    out += bytes;
  }
}
