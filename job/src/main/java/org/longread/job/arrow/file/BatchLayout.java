package org.longread.job.arrow.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;

/** Deals a batch's flat lists of arrays and buffers out to the fields of the schema. */
public final class BatchLayout {
  private final FileInput in;
  private final Block block;
  private final BatchMessage message;
  private int node;
  private int buffer;
  private int view;

  private BatchLayout(FileInput in, Block block, BatchMessage message) {
    this.in = in;
    this.block = block;
    this.message = message;
  }

  /** The arrays of these fields, in their order. */
  public static List<ArrayLayout> of(
      FileInput in, Block block, BatchMessage message, List<Field> fields) throws IOException {
    BatchLayout layout = new BatchLayout(in, block, message);
    List<ArrayLayout> arrays = new ArrayList<>();
    for (Field field : fields) {
      ArrayLayout array = layout.next(field);
      if (array.length() != message.rows()) {
        throw in.invalid(
            block.offset(),
            "field %s has %d values in a batch of %d rows"
                .formatted(field.getName(), array.length(), message.rows()));
      }
      arrays.add(array);
    }
    return arrays;
  }

  /** The type that says how a field is laid out: of an extension type, its storage. */
  public static ArrowType storage(Field field) {
    return field.getType() instanceof ExtensionType extension
        ? extension.storageType()
        : field.getType();
  }

  private ArrayLayout next(Field field) throws IOException {
    if (node >= message.nodeCount()) {
      throw in.invalid(block.offset(), "damaged, no array for field " + field.getName());
    }
    int mine = node++;
    int first = buffer;
    boolean encoded = field.getDictionary() != null;
    int count = encoded ? 2 : bufferCount(field);
    if (count > message.bufferCount() - buffer) {
      throw in.invalid(block.offset(), "damaged, no buffers for field " + field.getName());
    }
    buffer += count;
    List<ArrayLayout> children = new ArrayList<>();
    if (!encoded) {
      for (Field child : field.getChildren()) {
        children.add(next(child));
      }
    }
    return new ArrayLayout(
        field, (int) message.length(mine), (int) message.nulls(mine), first, count, children);
  }

  private int bufferCount(Field field) throws IOException {
    ArrowType type = storage(field);
    return switch (type.getTypeID()) {
      case Null, RunEndEncoded -> 0;
      case Struct, FixedSizeList -> 1;
      case Utf8, LargeUtf8, Binary, LargeBinary, ListView, LargeListView -> 3;
      case Utf8View, BinaryView -> 2 + viewBuffers(field);
      case Union -> ((ArrowType.Union) type).getMode() == UnionMode.Sparse ? 1 : 2;
      default -> 2;
    };
  }

  private int viewBuffers(Field field) throws IOException {
    if (view >= message.viewCount()
        || message.viewBuffers(view) < 0
        || message.viewBuffers(view) > message.bufferCount()) {
      throw in.invalid(block.offset(), "damaged, no count of buffers for field " + field.getName());
    }
    return (int) message.viewBuffers(view++);
  }
}
