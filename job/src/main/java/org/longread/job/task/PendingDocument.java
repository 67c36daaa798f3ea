package org.longread.job.task;

import org.longread.kernels.Reading;
import org.longread.kernels.Session;

/**
 * A document that waits to be read. Owns its session until it is opened; closing it after does
 * nothing.
 */
public final class PendingDocument implements AutoCloseable {
  private final Session session;
  private final Reading reading;
  private final Opening opening;
  private boolean handedOn;

  /** What becomes of a document that was read. */
  @FunctionalInterface
  interface Opening {
    /** The open document, which owns the session; or, if nothing is asked any more, its rows. */
    OpenDocument open() throws DocumentException;
  }

  PendingDocument(Session session, Reading reading, Opening opening) {
    this.session = session;
    this.reading = reading;
    this.opening = opening;
  }

  /** What the engine is to read. */
  public Reading reading() {
    return reading;
  }

  /**
   * The document, once it is read.
   *
   * @throws DocumentException if it cannot be answered
   * @throws RuntimeException if it could not be read
   */
  public OpenDocument opened() throws DocumentException {
    reading.check();
    OpenDocument opened = opening.open();
    handedOn = !opened.isFinished();
    return opened;
  }

  @Override
  public void close() {
    if (!handedOn) {
      session.close();
    }
  }
}
