package org.longread.job.cli;

import org.longread.job.InvalidRunException;
import org.longread.kernels.checkpoint.CheckpointException;
import picocli.CommandLine.ParameterException;

/** What the process ends with. */
enum ExitStatus {
  /** Done; bad rows are rows. */
  DONE(0),
  /** The job failed, or a check did. */
  FAILED(1),
  /** Usage, configuration, input schema or checkpoint is invalid; nothing was computed. */
  INVALID(2),
  /** Finished, but more rows failed than max-failed-fraction allows. */
  TOO_MANY_FAILED_ROWS(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The status a failure ends with. */
  static ExitStatus of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidRunException
          || cause instanceof CheckpointException
          || cause instanceof ParameterException) {
        return INVALID;
      }
    }
    return FAILED;
  }
}
