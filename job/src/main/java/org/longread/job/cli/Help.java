package org.longread.job.cli;

import org.longread.job.JobOption;

/** Words about options, as help, README and conf/ have them. */
final class Help {
  private Help() {}

  /** A sentence with the default at its end. */
  static String describe(JobOption<?> option) {
    String end = option.isRequired() ? " (required)" : byDefault(option.byDefault().orElse(""));
    return sentence(option) + end;
  }

  /** The meaning with a capital. */
  static String sentence(JobOption<?> option) {
    String meaning = option.about().meaning();
    return Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1);
  }

  private static String byDefault(String text) {
    return text.isEmpty() ? "" : " (default " + text + ")";
  }
}
