package org.longread.job.report;

/** A part of the page below its heading. */
interface Section {
  void write(Report report, Markup page);

  /** Whether there is anything to say; a part without is left out. */
  default boolean hasContent(Report report) {
    return true;
  }
}
