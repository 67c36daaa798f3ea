package org.longread.job.cli;

/**
 * One thing doctor looked at.
 *
 * @param verdict whether it stands in the way
 * @param subject what was looked at
 * @param detail what was found
 * @param wayOut what to do about it; empty if nothing need be done
 */
record Finding(Verdict verdict, String subject, String detail, String wayOut) {
  /** Whether something stands in the way. */
  enum Verdict {
    /** As it should be. */
    OK,
    /** Works, but could do better. */
    WARN,
    /** Cannot work. */
    FAIL
  }

  static Finding ok(String subject, String detail) {
    return new Finding(Verdict.OK, subject, detail, "");
  }

  static Finding warn(String subject, String detail, String wayOut) {
    return new Finding(Verdict.WARN, subject, detail, wayOut);
  }

  static Finding fail(String subject, String detail, String wayOut) {
    return new Finding(Verdict.FAIL, subject, detail, wayOut);
  }
}
