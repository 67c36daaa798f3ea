package org.longread.job.write;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import org.longread.job.write.Manifest.Fingerprint;

/**
 * One driver process that works on a run, as it records itself before it begins.
 *
 * @param id part of the names of all it writes
 * @param since when the run's first life began: the input may have been read as it was then
 * @param base manifest of the complete run whose failed rows are retried; null if there is none
 * @param done what counts of earlier lives
 */
public record Life(
    int number,
    String id,
    String startedAt,
    String since,
    Fingerprint fingerprint,
    Manifest base,
    List<Chain> done) {
  public Life {
    since = since == null ? startedAt : since;
    done = List.copyOf(done);
  }

  /** The complete run whose failed rows are retried. */
  @JsonIgnore
  public Optional<Manifest> retried() {
    return Optional.ofNullable(base);
  }

  /** Documents that need not be read again. */
  @JsonIgnore
  public long documentsDone() {
    long answered =
        retried().map(m -> m.counts().documents() - m.counts().documentsFailed()).orElse(0L);
    return answered + done.stream().mapToLong(Chain::documents).sum();
  }
}
