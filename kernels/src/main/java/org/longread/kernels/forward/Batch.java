package org.longread.kernels.forward;

import java.util.List;

/**
 * Token rows that go through the layers together.
 *
 * @param tokens one id per row
 * @param segments whose rows they are, in row order, covering all
 * @param phase whether sequences are being read or continued
 */
public record Batch(int[] tokens, List<Segment> segments, Phase phase) {
  /** How rows arrived; it chooses the form of dense attention, so results depend on it alone. */
  public enum Phase {
    /** Many tokens of one sequence. */
    PREFILL,
    /** One token of each of many sequences. */
    STEP
  }

  /** Rows {@code firstRow} to {@code firstRow + count - 1}, the next tokens of a sequence. */
  public record Segment(Sequence sequence, int firstRow, int count) {
    int firstPosition() {
      return sequence.length();
    }
  }

  public Batch {
    segments = List.copyOf(segments);
  }

  /** Tokens of one sequence. */
  public static Batch prefill(Sequence sequence, int[] tokens) {
    return new Batch(tokens, List.of(new Segment(sequence, 0, tokens.length)), Phase.PREFILL);
  }

  /** Rows. */
  public int size() {
    return tokens.length;
  }

  /** Position of every row in its sequence. */
  int[] positions() {
    int[] positions = new int[tokens.length];
    for (Segment segment : segments) {
      for (int i = 0; i < segment.count(); i++) {
        positions[segment.firstRow() + i] = segment.firstPosition() + i;
      }
    }
    return positions;
  }
}
