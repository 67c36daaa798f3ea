package org.longread.job.write;

import java.io.Serializable;
import java.util.List;
import org.longread.job.TaskStatistics;

/**
 * Makes a segment count: what its files hold, and what they go on from. Written after them, never
 * over another.
 *
 * @param after segments of earlier attempts whose documents this attempt left out; the same in
 *     every receipt of an attempt
 * @param files of this segment
 * @param statistics of the attempt, up to the end of this segment
 */
record Receipt(List<Link> after, List<SegmentFile> files, TaskStatistics statistics) {
  Receipt {
    after = List.copyOf(after);
    files = List.copyOf(files);
  }

  /** The first {@code segments} segments of an attempt. */
  record Link(long attempt, int segments) implements Serializable {}
}
