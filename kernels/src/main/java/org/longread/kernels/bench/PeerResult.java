package org.longread.kernels.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The attention of a chunk at the end of a context of {@code length} tokens, ours and of the peers.
 *
 * @param rows query rows of the chunk
 * @param peakGflops the multiply-add rate of one thread, taken in each round
 * @param denseNanos ours over everything, with the expansion of the keys, CPU per query token
 * @param expansionNanos of which the expansion, as matrix products of their own
 * @param sparseNanos ours with scoring, selection and projections, CPU per query token
 * @param denseGflops ours, of counted work
 */
public record PeerResult(
    int length,
    int rows,
    double peakGflops,
    double denseNanos,
    double expansionNanos,
    double sparseNanos,
    double denseGflops,
    List<Line> peers) {
  public PeerResult {
    peers = List.copyOf(peers);
  }

  /**
   * One way of a peer.
   *
   * @param name library, version and form
   * @param nanos CPU per query token; empty if it was not timed
   * @param gflops of the causal work
   * @param error greatest difference from our dense result; NaN if it did not run
   * @param reason why it was not timed; empty if it was
   */
  public record Line(
      String name, OptionalDouble nanos, double gflops, double error, String reason) {
    static Line untimed(String name, double error, String reason) {
      return new Line(name, OptionalDouble.empty(), Double.NaN, error, reason);
    }
  }
}
