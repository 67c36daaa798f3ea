package org.longread.job.arrow.column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.longread.job.arrow.file.ArrayLayout;
import org.longread.job.arrow.file.BatchBuffers;
import org.longread.job.arrow.file.BatchLayout;
import org.longread.job.arrow.file.BatchMessage;
import org.longread.job.arrow.file.Block;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.type.FieldBinding;

/**
 * The dictionaries of a file that its wanted columns use. Owns their memory until {@link #close}:
 * all of each, for as long as the file is read.
 */
public final class Dictionaries implements AutoCloseable {
  /** A dictionary batch in memory. */
  record Part(long offset, ArrayLayout array, BatchBuffers buffers) {}

  private final FileInput in;
  private final Map<Long, List<Part>> parts = new HashMap<>();

  private Dictionaries(FileInput in) {
    this.in = in;
  }

  /** Reads what the columns use; nothing if they have no dictionaries. */
  public static Dictionaries read(
      FileInput in, FileFooter footer, List<FieldBinding> columns, BufferAllocator allocator)
      throws IOException {
    Map<Long, FieldBinding> used = new HashMap<>();
    columns.forEach(column -> column.collectDictionaries(used));
    Dictionaries dictionaries = new Dictionaries(in);
    try {
      if (!used.isEmpty()) {
        for (Block block : footer.dictionaries()) {
          dictionaries.read(block, used, allocator);
        }
      }
      return dictionaries;
    } catch (IOException | RuntimeException e) {
      dictionaries.close();
      throw e;
    }
  }

  private void read(Block block, Map<Long, FieldBinding> used, BufferAllocator allocator)
      throws IOException {
    BatchMessage message = BatchMessage.readDictionary(in, block);
    FieldBinding user = used.get(message.dictionaryId());
    if (user == null) {
      return;
    }
    List<Part> before = parts.computeIfAbsent(message.dictionaryId(), id -> new ArrayList<>());
    if (!before.isEmpty() && !message.isDelta()) {
      throw in.invalid(block.offset(), "a second dictionary replaces one, which a file must not");
    }
    ArrayLayout array =
        BatchLayout.of(in, block, message, List.of(user.ofDictionary().field().orElseThrow()))
            .get(0);
    BitSet all = new BitSet();
    mark(array, all);
    before.add(
        new Part(block.offset(), array, BatchBuffers.read(in, block, message, all, allocator)));
  }

  private static void mark(ArrayLayout array, BitSet into) {
    into.set(array.firstBuffer(), array.firstBuffer() + array.buffers());
    array.children().forEach(child -> mark(child, into));
  }

  /** A column of the dictionary's values. */
  Chunks values(long id, FieldBinding user, Nanoseconds rule) throws IOException {
    List<Part> found = parts.getOrDefault(id, List.of());
    List<ColumnVector> columns = new ArrayList<>();
    Field values = user.ofDictionary().field().orElseThrow();
    long length = 0;
    for (Part part : found) {
      length += part.array().length();
      if (length > Integer.MAX_VALUE) {
        throw in.invalid(part.offset(), "a dictionary has " + length + " values");
      }
      if (!isAlike(values, part.array().field())) {
        throw in.invalid(
            part.offset(),
            "a dictionary is of %s and of %s".formatted(part.array().field(), values));
      }
      ColumnBuilder builder = new ColumnBuilder(in, part.offset(), part.buffers(), this, rule);
      columns.add(builder.column(user.ofDictionary(), List.of(part.array())));
    }
    return new Chunks(columns, found.stream().mapToInt(part -> part.array().length()).toArray());
  }

  /** Whether two fields are laid out alike; what is inside may have other names. */
  private static boolean isAlike(Field one, Field other) {
    List<Field> inOne = one.getChildren();
    List<Field> inOther = other.getChildren();
    if (!one.getType().equals(other.getType()) || inOne.size() != inOther.size()) {
      return false;
    }
    for (int i = 0; i < inOne.size(); i++) {
      if (!isAlike(inOne.get(i), inOther.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    parts.values().forEach(list -> list.forEach(part -> part.buffers().close()));
    parts.clear();
  }
}
