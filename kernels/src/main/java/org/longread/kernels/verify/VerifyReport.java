package org.longread.kernels.verify;

import java.util.List;

/**
 * Every comparison that was made.
 *
 * @param backend name of the backend that was held to the reference
 * @param checks in the order they were made
 */
public record VerifyReport(String backend, List<Check> checks) {
  public VerifyReport {
    checks = List.copyOf(checks);
  }

  /**
   * One comparison.
   *
   * @param subject model folder or kernel file
   * @param stage what was compared
   * @param passed whether it holds
   * @param detail the largest difference against its tolerance, or what is not equal and where
   */
  public record Check(String subject, String stage, boolean passed, String detail) {}

  /** Whether there was a comparison and none failed. */
  public boolean passed() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::passed);
  }
}
