package org.longread.job.arrow.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.longread.job.arrow.file.BatchMessage.Codec;

/**
 * Undoes the compression of single buffers: eight bytes of length before, then a frame; length -1
 * marks bytes that were left as they are.
 *
 * <p>What a buffer claims as its length is held against the frame before memory is taken for it.
 */
final class Decompression {
  private static final int PREFIX_BYTES = 8;
  private static final long STORED = -1;

  /** No LZ4 sequence yields more than 255 bytes for each of its own; 64 covers the last one. */
  private static final long MAX_LZ4_RATIO = 255;

  private static final long LZ4_SLACK = 64;

  /** Zstd's smallest block, 4 bytes, yields at most 128 KiB. */
  private static final long MAX_ZSTD_RATIO = 32 << 10;

  private static final long ZSTD_SLACK = 128 << 10;

  private Decompression() {}

  /**
   * The decompressed bytes of a buffer, its writer index at their end; the caller frees it.
   *
   * @throws IllegalArgumentException if the bytes are damaged
   */
  static ArrowBuf of(Codec codec, ArrowBuf from, long at, long bytes, BufferAllocator allocator) {
    if (bytes < PREFIX_BYTES) {
      throw new IllegalArgumentException("it has " + bytes + " bytes");
    }
    long length = from.getLong(at);
    long frameBytes = bytes - PREFIX_BYTES;
    if (length == STORED) {
      return fill(allocator, frameBytes, to -> to.setBytes(0, from, at + PREFIX_BYTES, frameBytes));
    }
    check(codec, length, frameBytes);
    ByteBuffer frame = from.nioBuffer(at + PREFIX_BYTES, Math.toIntExact(frameBytes));
    return fill(
        allocator,
        length,
        to -> {
          if (codec == Codec.ZSTD) {
            zstd(frame, to.nioBuffer(0, Math.toIntExact(length)));
          } else {
            byte[] source = new byte[frame.remaining()];
            frame.get(source);
            to.setBytes(0, Lz4Frame.decompress(source, Math.toIntExact(length)));
          }
        });
  }

  private static void check(Codec codec, long length, long frameBytes) {
    long most =
        codec == Codec.ZSTD
            ? MAX_ZSTD_RATIO * frameBytes + ZSTD_SLACK
            : MAX_LZ4_RATIO * frameBytes + LZ4_SLACK;
    if (length < 0 || length > Integer.MAX_VALUE || length > most) {
      throw new IllegalArgumentException(
          "%d bytes in a frame of %d (at most %d)"
              .formatted(length, frameBytes, Math.min(most, Integer.MAX_VALUE)));
    }
  }

  private interface Filling {
    void fill(ArrowBuf to);
  }

  private static ArrowBuf fill(BufferAllocator allocator, long bytes, Filling filling) {
    ArrowBuf to = allocator.buffer(bytes);
    try {
      if (bytes > 0) {
        filling.fill(to);
      }
      to.writerIndex(bytes);
      return to;
    } catch (RuntimeException e) {
      to.close();
      throw e;
    }
  }

  private static void zstd(ByteBuffer frame, ByteBuffer to) {
    try {
      int length = to.remaining();
      long got = Zstd.decompressDirectByteBuffer(to, 0, length, frame, 0, frame.remaining());
      if (Zstd.isError(got)) {
        throw new IllegalArgumentException(Zstd.getErrorName(got));
      }
      if (got != length) {
        throw new IllegalArgumentException(got + " bytes instead of " + length);
      }
    } catch (ZstdException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
