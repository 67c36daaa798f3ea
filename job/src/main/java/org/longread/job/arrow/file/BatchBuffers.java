package org.longread.job.arrow.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.longread.job.arrow.file.BatchMessage.Codec;

/**
 * The buffers of one batch that were asked for, off heap and decompressed. Owns the memory, which
 * {@link #close} frees: at most the batch as stored plus the batch decompressed, and only the
 * buffers asked for of either. Used by one thread.
 */
public final class BatchBuffers implements AutoCloseable {
  /** A gap this short is read over: one request more costs more. */
  private static final long MAX_GAP_BYTES = 64 << 10;

  private final FileInput in;
  private final Block block;
  private final BatchMessage message;
  private final BufferAllocator allocator;
  private final List<ArrowBuf> owned = new ArrayList<>();
  private final Memory[] memory;

  private BatchBuffers(FileInput in, Block block, BatchMessage message, BufferAllocator allocator) {
    this.in = in;
    this.block = block;
    this.message = message;
    this.allocator = allocator;
    this.memory = new Memory[message.bufferCount()];
  }

  /** Reads the buffers with these indices; neighbours together. */
  public static BatchBuffers read(
      FileInput in, Block block, BatchMessage message, BitSet wanted, BufferAllocator allocator)
      throws IOException {
    BatchBuffers buffers = new BatchBuffers(in, block, message, allocator);
    try {
      buffers.read(wanted);
      return buffers;
    } catch (IOException | RuntimeException e) {
      buffers.close();
      throw e;
    }
  }

  /** A buffer that was asked for. */
  public Memory get(int buffer) {
    return memory[buffer];
  }

  private void read(BitSet wanted) throws IOException {
    List<Integer> order = new ArrayList<>();
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      if (message.bufferBytes(i) == 0) {
        memory[i] = Memory.NONE;
      } else {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingLong(message::bufferOffset));
    for (int from = 0; from < order.size(); ) {
      int to = from + 1;
      long end = end(order.get(from));
      while (to < order.size() && message.bufferOffset(order.get(to)) <= end + MAX_GAP_BYTES) {
        end = Math.max(end, end(order.get(to++)));
      }
      readRun(order.subList(from, to), end);
      from = to;
    }
  }

  private long end(int buffer) {
    return message.bufferOffset(buffer) + message.bufferBytes(buffer);
  }

  private void readRun(List<Integer> buffers, long end) throws IOException {
    long start = message.bufferOffset(buffers.get(0));
    ArrowBuf run = allocator.buffer(end - start);
    boolean compressed = message.codec() != Codec.NONE;
    try {
      in.read(block.bodyOffset() + start, run, end - start);
      for (int i : buffers) {
        long at = message.bufferOffset(i);
        Memory stored = new Memory(run.memoryAddress() + at - start, message.bufferBytes(i));
        memory[i] = compressed ? decompress(i, run, at - start) : stored;
      }
    } finally {
      if (compressed) {
        run.close();
      } else {
        owned.add(run);
      }
    }
  }

  private Memory decompress(int i, ArrowBuf run, long at) throws IOException {
    ArrowBuf plain;
    try {
      plain = Decompression.of(message.codec(), run, at, message.bufferBytes(i), allocator);
    } catch (IllegalArgumentException e) {
      IOException damaged =
          in.invalid(
              block.bodyOffset() + message.bufferOffset(i),
              "a %s buffer cannot be decompressed: %s".formatted(message.codec(), e.getMessage()));
      damaged.initCause(e);
      throw damaged;
    }
    owned.add(plain);
    return new Memory(plain.memoryAddress(), plain.capacity() == 0 ? 0 : plain.writerIndex());
  }

  @Override
  public void close() {
    owned.forEach(ArrowBuf::close);
    owned.clear();
  }
}
