package org.longread.job.arrow.file;

import com.google.flatbuffers.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/** The metadata of one batch: how long its arrays are and where their buffers lie in the body. */
public final class BatchMessage {
  private static final int CONTINUATION = 0xffffffff;

  /** How every buffer of a batch is compressed. */
  public enum Codec {
    /** Not at all. */
    NONE,
    /** LZ4 frames. */
    LZ4_FRAME,
    /** Zstandard. */
    ZSTD
  }

  private final int rows;
  private final Codec codec;
  private final long[] nodes;
  private final long[] buffers;
  private final long[] viewBuffers;
  private final long dictionaryId;
  private final boolean delta;

  private BatchMessage(RecordBatch batch, Codec codec, long dictionaryId, boolean delta) {
    this.rows = Math.toIntExact(batch.length());
    this.codec = codec;
    this.dictionaryId = dictionaryId;
    this.delta = delta;
    this.nodes = new long[2 * count(batch, batch.nodesLength(), 2 * Long.BYTES)];
    for (int i = 0; i < batch.nodesLength(); i++) {
      nodes[2 * i] = batch.nodes(i).length();
      nodes[2 * i + 1] = batch.nodes(i).nullCount();
    }
    this.buffers = new long[2 * count(batch, batch.buffersLength(), 2 * Long.BYTES)];
    for (int i = 0; i < batch.buffersLength(); i++) {
      buffers[2 * i] = batch.buffers(i).offset();
      buffers[2 * i + 1] = batch.buffers(i).length();
    }
    this.viewBuffers = new long[count(batch, batch.variadicBufferCountsLength(), Long.BYTES)];
    for (int i = 0; i < viewBuffers.length; i++) {
      viewBuffers[i] = batch.variadicBufferCounts(i);
    }
  }

  /** A count that a message claims, of entries that must have room in it. */
  private static int count(RecordBatch batch, int count, int entryBytes) {
    if (count < 0 || count > batch.getByteBuffer().limit() / entryBytes) {
      throw new IllegalArgumentException(count + " entries");
    }
    return count;
  }

  /** Reads the metadata of a record batch. */
  public static BatchMessage readRecordBatch(FileInput in, Block block) throws IOException {
    return read(in, block, MessageHeader.RecordBatch);
  }

  /** Reads the metadata of a dictionary batch. */
  public static BatchMessage readDictionary(FileInput in, Block block) throws IOException {
    return read(in, block, MessageHeader.DictionaryBatch);
  }

  private static BatchMessage read(FileInput in, Block block, byte type) throws IOException {
    byte[] bytes = in.read(block.offset(), block.metadataBytes());
    try {
      Message message = Message.getRootAsMessage(afterPrefix(bytes));
      if (message.headerType() != type) {
        throw in.invalid(block.offset(), "damaged, another kind of message than the footer says");
      }
      BatchMessage found = parse(message, type);
      found.check(in, block);
      return found;
    } catch (RuntimeException e) { // a damaged flatbuffer may throw anything
      IOException damaged = in.invalid(block.offset(), "damaged, a batch cannot be decoded: " + e);
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** The flatbuffer behind the length prefix; files before Arrow 0.15 have no continuation mark. */
  private static ByteBuffer afterPrefix(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int prefix = words.getInt(0) == CONTINUATION ? 2 * Integer.BYTES : Integer.BYTES;
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, prefix, bytes.length));
  }

  private static BatchMessage parse(Message message, byte type) {
    Table header = type == MessageHeader.RecordBatch ? new RecordBatch() : new DictionaryBatch();
    if (message.header(header) instanceof DictionaryBatch dictionary) {
      RecordBatch data = dictionary.data();
      return new BatchMessage(data, codec(data), dictionary.id(), dictionary.isDelta());
    }
    RecordBatch batch = (RecordBatch) header;
    return new BatchMessage(batch, codec(batch), -1, false);
  }

  private static Codec codec(RecordBatch batch) {
    BodyCompression compression = batch.compression();
    if (compression == null) {
      return Codec.NONE;
    }
    if (compression.method() != BodyCompressionMethod.BUFFER) {
      throw new IllegalArgumentException("unknown compression method " + compression.method());
    }
    return switch (compression.codec()) {
      case CompressionType.LZ4_FRAME -> Codec.LZ4_FRAME;
      case CompressionType.ZSTD -> Codec.ZSTD;
      default -> throw new IllegalArgumentException("unknown compression " + compression.codec());
    };
  }

  private void check(FileInput in, Block block) throws IOException {
    if (rows < 0) {
      throw in.invalid(block.offset(), "damaged, a batch of " + rows + " rows");
    }
    for (int i = 0; i < nodes.length / 2; i++) {
      if (length(i) < 0 || length(i) > Integer.MAX_VALUE || nulls(i) < 0 || nulls(i) > length(i)) {
        throw in.invalid(
            block.offset(),
            "array %d has %d values, %d of them null".formatted(i, length(i), nulls(i)));
      }
    }
    for (int i = 0; i < bufferCount(); i++) {
      long bytes = bufferBytes(i);
      if (bytes < 0 || bufferOffset(i) < 0 || bufferOffset(i) > block.bodyBytes() - bytes) {
        throw in.invalid(
            block.bodyOffset(),
            "damaged, buffer %d of %d bytes at %d is outside its batch"
                .formatted(i, bytes, bufferOffset(i)));
      }
    }
  }

  /** Rows of the batch. */
  public int rows() {
    return rows;
  }

  /** Which dictionary this batch is of. */
  public long dictionaryId() {
    return dictionaryId;
  }

  /** Whether a dictionary batch adds to the one before. */
  public boolean isDelta() {
    return delta;
  }

  /** How the buffers are compressed. */
  public Codec codec() {
    return codec;
  }

  int nodeCount() {
    return nodes.length / 2;
  }

  long length(int node) {
    return nodes[2 * node];
  }

  long nulls(int node) {
    return nodes[2 * node + 1];
  }

  int bufferCount() {
    return buffers.length / 2;
  }

  long bufferOffset(int buffer) {
    return buffers[2 * buffer];
  }

  long bufferBytes(int buffer) {
    return buffers[2 * buffer + 1];
  }

  int viewCount() {
    return viewBuffers.length;
  }

  long viewBuffers(int view) {
    return viewBuffers[view];
  }
}
