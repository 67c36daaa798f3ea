package org.longread.job.arrow.file;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One array of a batch and those inside it.
 *
 * @param field its type; of a dictionary-encoded one that of its values
 * @param length values
 * @param nulls nulls among them
 * @param firstBuffer index of its first buffer in the batch
 * @param buffers its own, without its children's
 * @param children arrays inside; none of a dictionary-encoded field
 */
public record ArrayLayout(
    Field field, int length, int nulls, int firstBuffer, int buffers, List<ArrayLayout> children) {
  /** Copies the list. */
  public ArrayLayout {
    children = List.copyOf(children);
  }
}
