package org.longread.kernels;

import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;

/**
 * A model on a backend, ready to read sequences. Safe for use by several threads, each with its own
 * sessions.
 */
public final class Engine implements AutoCloseable {
  /**
   * Loads and checks the model and opens the backend.
   *
   * @throws IllegalArgumentException for a bad model folder or backend, saying what and where
   */
  public static Engine open(EngineOptions options) {
    throw new UnsupportedOperationException();
  }

  /** The model's configuration. */
  public ModelConfig config() {
    throw new UnsupportedOperationException();
  }

  /** Name of the backend in use: scalar, cpu, tornado. */
  public String backend() {
    throw new UnsupportedOperationException();
  }

  /** The hardware the backend uses, in words. */
  public String device() {
    throw new UnsupportedOperationException();
  }

  /** "name: reason" for each better backend that could not be taken. */
  public List<String> passedOver() {
    throw new UnsupportedOperationException();
  }

  /** Bytes of the packed weights. */
  public long weightBytes() {
    throw new UnsupportedOperationException();
  }

  /** Bytes that reading and continuing a sequence to {@code tokens} tokens in all takes at most. */
  public long plannedBytes(long tokens) {
    throw new UnsupportedOperationException();
  }

  /** An empty sequence. */
  public Session newSession(SessionOptions options) {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends one token to each of several sequences at once; weights are read once for all.
   *
   * @param tokens one id per session
   */
  public void step(List<Session> sessions, int[] tokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
