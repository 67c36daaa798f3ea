package org.longread.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.ops.DeviceException;

/**
 * What a session is to read, and what came of it. {@link Engine#read} reads those of many sessions
 * together; what is wrong with one is its own.
 */
public final class Reading {
  private final Session session;
  private final List<Part> parts = new ArrayList<>();
  private int evidencePart = -1;
  private double[] logProbs = new double[0];
  private Optional<RuntimeException> failure = Optional.empty();

  /** Tokens, at least one, and whether they are scored. */
  record Part(int[] tokens, boolean scored) {}

  private Reading(Session session) {
    this.session = session;
  }

  /** A reading of nothing yet. */
  public static Reading of(Session session) {
    return new Reading(session);
  }

  /** Then these tokens, as {@link Session#prefill}. */
  public Reading then(int[] tokenIds) {
    return add(tokenIds, false);
  }

  /** Then these tokens, as {@link Session#prefillScored}. */
  public Reading thenScored(int[] tokenIds) {
    return add(tokenIds, true);
  }

  /** From the next token on, attention counts as evidence. */
  public Reading thenCollectEvidence() {
    evidencePart = parts.size();
    return this;
  }

  private Reading add(int[] tokenIds, boolean scored) {
    if (tokenIds.length > 0) {
      parts.add(new Part(tokenIds, scored));
    }
    return this;
  }

  /**
   * Log-probabilities of all scored tokens, in order.
   *
   * @throws RuntimeException as {@link #check}
   */
  public double[] logProbs() {
    check();
    return logProbs;
  }

  /**
   * Does nothing if all was read.
   *
   * @throws RuntimeException what ended the reading, as {@link Session#prefill} throws it
   */
  public void check() {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** How many tokens it reads. */
  public long tokens() {
    return parts.stream().mapToLong(part -> part.tokens().length).sum();
  }

  Session session() {
    return session;
  }

  List<Part> parts() {
    return parts;
  }

  /** The first part whose attention counts as evidence; -1 if none begins to. */
  int evidencePart() {
    return evidencePart;
  }

  void score(double[] more) {
    int held = logProbs.length;
    logProbs = Arrays.copyOf(logProbs, held + more.length);
    System.arraycopy(more, 0, logProbs, held, more.length);
  }

  /** Keeps what is the reading's own; throws on what concerns others, too. */
  void fail(RuntimeException cause) {
    if (cause instanceof CancellationException
        || cause instanceof DeviceException
        || cause instanceof CheckpointException) {
      throw cause;
    }
    failure = Optional.of(cause);
  }

  /** Whether its tokens can be read at all; if not, it has failed. */
  boolean isSound() {
    try {
      int position = session.length();
      for (Part part : parts) {
        session.check(part.tokens(), position);
        position += part.tokens().length;
      }
      return true;
    } catch (RuntimeException e) {
      fail(e);
      return false;
    }
  }

  /** Reads it chunk by chunk, all layers each. */
  void readAlone() {
    try {
      for (int i = 0; i < parts.size(); i++) {
        if (i == evidencePart) {
          session.collectEvidence();
        }
        if (parts.get(i).scored()) {
          score(session.readScored(parts.get(i).tokens()));
        } else {
          session.readPlain(parts.get(i).tokens());
        }
      }
      if (evidencePart == parts.size()) {
        session.collectEvidence();
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }
}
