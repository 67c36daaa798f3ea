package org.longread.kernels.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file: its header, checked, and its tensors on demand.
 *
 * <pre>
 * u64 little-endian   header length n
 * n bytes             JSON: tensor name to dtype, shape and data_offsets; padded with spaces
 * the rest            the tensors' little-endian row-major elements, without gaps
 * </pre>
 *
 * <p>Holds no open file and no mapping: data is read into the heap as it is asked for. Mapped pages
 * would count as resident memory beside the weights packed from them, until a collection happens to
 * unmap them. It is read without a channel, because an interrupt, which is how Spark cancels tasks,
 * closes the channel it finds a thread in. Any number of threads.
 */
public final class SafetensorsFile {
  /** Longest header accepted, as in the format's reference implementation. */
  public static final long HEADER_LIMIT_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = 8;

  /** The JDK copies through a native buffer of this size. */
  private static final int READ_BYTES = 1 << 20;

  private final Path path;
  private final long dataStart;
  private final Map<String, String> metadata;
  private final Map<String, TensorInfo> tensors;

  private SafetensorsFile(Path path, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.dataStart = dataStart;
    this.metadata = Map.copyOf(header.metadata());
    this.tensors = new LinkedHashMap<>();
    header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /**
   * Reads and checks a file's header.
   *
   * @throws CheckpointException if the file cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw fail(path, size + " bytes (expected at least " + LENGTH_BYTES + ", a header length)");
      }
      long length = read(channel, 0, LENGTH_BYTES).getLong();
      if (length < 0 || length > HEADER_LIMIT_BYTES || length > size - LENGTH_BYTES) {
        long limit = Math.min(HEADER_LIMIT_BYTES, size - LENGTH_BYTES);
        throw fail(
            path,
            "header length "
                + Long.toUnsignedString(length)
                + " (expected at most "
                + limit
                + (limit == HEADER_LIMIT_BYTES ? ")" : ", the rest of the file)"));
      }
      byte[] json = read(channel, LENGTH_BYTES, (int) length).array();
      long dataStart = LENGTH_BYTES + length;
      long dataBytes = size - dataStart;
      SafetensorsHeader header = SafetensorsHeader.parse(path, json, dataBytes);
      return new SafetensorsFile(path, dataStart, header);
    } catch (IOException e) {
      throw new CheckpointException(StrictJson.cannotRead(path, StrictJson.reason(e)), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ended while its header was read");
      }
    }
    return buffer.flip();
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The pairs of {@code __metadata__}; empty if absent. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Its tensors, in the order of their data. */
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  /** A tensor by name. */
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * A tensor by name.
   *
   * @throws CheckpointException if there is none
   */
  public TensorInfo tensor(String name) {
    return find(name).orElseThrow(() -> fail(path, "no tensor " + Printable.of(name)));
  }

  /**
   * A tensor by name, of a given shape.
   *
   * @throws CheckpointException if there is none, or it has another shape
   */
  public TensorInfo tensor(String name, List<Long> shape) {
    TensorInfo info = tensor(name);
    if (!info.shape().equals(shape)) {
      String found = "tensor " + Printable.of(name) + ": shape " + info.shape();
      throw fail(path, found + " (expected " + shape + ")");
    }
    return info;
  }

  /** The stored bytes of a tensor, to be read by rows. */
  public TensorBytes data(String name) {
    return new TensorBytes(this, tensor(name));
  }

  /** All elements of an F64, F32, F16 or BF16 tensor as float32; F64 is rounded. */
  public float[] floats(String name) {
    return TensorValues.floats(data(name));
  }

  /** All elements of an F64, F32, F16 or BF16 tensor, exact. */
  public double[] doubles(String name) {
    return TensorValues.doubles(data(name));
  }

  /** All elements of an I32 or I64 tensor; an I64 beyond int is an error. */
  public int[] ints(String name) {
    return TensorValues.ints(data(name));
  }

  /** All elements of a tensor of one-byte elements, as stored. */
  public byte[] bytes(String name) {
    return TensorValues.bytes(data(name));
  }

  /**
   * Some of the data, read-only and little-endian.
   *
   * @param begin counts from the end of the header
   */
  ByteBuffer bytes(long begin, int count) {
    byte[] data = new byte[count];
    read(begin, data, count);
    return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads some of the data into the beginning of an array.
   *
   * @param begin counts from the end of the header
   */
  void read(long begin, byte[] target, int count) {
    try (Reader reader = reader()) {
      reader.read(begin, target, count);
    }
  }

  /** Opens it for many small reads. */
  Reader reader() {
    try {
      return new Reader(new RandomAccessFile(path.toFile(), "r"));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The file, open until this is closed; belongs to one thread. */
  final class Reader implements AutoCloseable {
    private final RandomAccessFile file;

    private Reader(RandomAccessFile file) {
      this.file = file;
    }

    /** Reads as {@link SafetensorsFile#read}. */
    void read(long begin, byte[] target, int count) {
      try {
        file.seek(dataStart + begin);
        for (int done = 0; done < count; done += READ_BYTES) {
          file.readFully(target, done, Math.min(READ_BYTES, count - done));
        }
      } catch (EOFException e) {
        throw new CheckpointException(
            StrictJson.cannotRead(path, "it became shorter than its header says"), e);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }

  private CheckpointException unreadable(IOException e) {
    return new CheckpointException(StrictJson.cannotRead(path, StrictJson.reason(e)), e);
  }

  private static CheckpointException fail(Path path, String what) {
    return new CheckpointException(StrictJson.cannotRead(path, what));
  }
}
