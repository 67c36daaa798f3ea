package org.longread.job.arrow.file;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the end of a file says of it.
 *
 * @param schema in the file's own form: a dictionary-encoded field has the type of its values
 * @param dictionaries dictionary batches, in the order in which they apply
 * @param batches record batches
 */
public record FileFooter(Schema schema, List<Block> dictionaries, List<Block> batches) {
  /** Copies the lists. */
  public FileFooter {
    dictionaries = List.copyOf(dictionaries);
    batches = List.copyOf(batches);
  }
}
