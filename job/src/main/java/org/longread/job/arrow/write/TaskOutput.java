package org.longread.job.arrow.write;

import java.util.List;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a committed task attempt tells the driver.
 *
 * @param folders partition folders it wrote to, below the output; "" for the output itself
 */
record TaskOutput(List<String> folders) implements WriterCommitMessage {
  TaskOutput {
    folders = List.copyOf(folders);
  }
}
