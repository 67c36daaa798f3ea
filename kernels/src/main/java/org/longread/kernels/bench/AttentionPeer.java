package org.longread.kernels.bench;

import java.util.List;

/**
 * A library that users might take for attention instead, found by {@code ServiceLoader}. None is in
 * this jar nor in its dependencies: see the folder peers of the sources.
 */
public interface AttentionPeer {
  /** What is compared: library and version. */
  String name();

  /** The ways in which the library can be asked; each is timed. */
  List<Form> forms();

  /** What the rows of a form see. */
  enum Sees {
    /** Each row the keys up to its own: every row is checked. */
    CAUSAL,
    /** Each row all keys, which is right for the last row alone: that one is checked. */
    EVERYTHING
  }

  /** A way to ask for attention. */
  interface Form {
    /** Which operations of the library. */
    String title();

    /** What its rows see. */
    Sees sees();

    /** Lays the problem out as the library likes it best; not timed. */
    Opened open(PeerProblem problem);
  }

  /** A problem in the library's hands: of one thread, until closed. */
  interface Opened extends AutoCloseable {
    /** How many of the problem's rows are computed: the last ones. */
    int rows();

    /** Computes on one thread; this is timed. */
    void run();

    /** What the last run found for row {@code i} of its own, [heads * dV]. */
    float[] output(int i);

    @Override
    void close();
  }
}
