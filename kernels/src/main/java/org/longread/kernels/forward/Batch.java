package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.Arrays;
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

  /**
   * Consecutive tokens of a sequence.
   *
   * @param firstRow their first row in the batch
   * @param count rows
   * @param firstPosition position of the first in the sequence
   */
  public record Segment(Sequence sequence, int firstRow, int count, int firstPosition) {
    /** Position of batch row {@code row}. */
    int position(int row) {
      return firstPosition + row - firstRow;
    }

    /** Leading rows for which the selection would be everything. */
    int rowsThatSeeAll() {
      long visible = (long) sequence.policy().topK() - firstPosition;
      return (int) Math.max(0, Math.min(count, visible));
    }

    /** The part within batch rows from .. to - 1, rows counted from {@code from}. */
    private Segment slice(int from, int to) {
      int first = Math.max(firstRow, from);
      int last = Math.min(firstRow + count, to);
      return new Segment(sequence, first - from, last - first, position(first));
    }
  }

  public Batch {
    segments = List.copyOf(segments);
  }

  /** The next tokens of one sequence. */
  public static Batch prefill(Sequence sequence, int[] tokens) {
    return prefill(sequence, tokens, sequence.length());
  }

  /** Tokens of one sequence from a position on, the tokens before which go through layers first. */
  static Batch prefill(Sequence sequence, int[] tokens, int firstPosition) {
    Segment segment = new Segment(sequence, 0, tokens.length, firstPosition);
    return new Batch(tokens, List.of(segment), Phase.PREFILL);
  }

  /** The next token of each of several sequences. */
  public static Batch step(List<Sequence> sequences, int[] tokens) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      segments.add(new Segment(sequences.get(i), i, 1, sequences.get(i).length()));
    }
    return new Batch(tokens, segments, Phase.STEP);
  }

  /** Rows. */
  public int size() {
    return tokens.length;
  }

  /** Rows from .. to - 1. */
  Batch slice(int from, int to) {
    List<Segment> inside = new ArrayList<>();
    for (Segment segment : segments) {
      Segment part = segment.slice(from, to);
      if (part.count() > 0) {
        inside.add(part);
      }
    }
    return new Batch(Arrays.copyOfRange(tokens, from, to), inside, phase);
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
