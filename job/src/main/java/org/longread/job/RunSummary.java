package org.longread.job;

import java.util.List;
import java.util.OptionalDouble;
import org.longread.kernels.EngineStats;

/**
 * What a finished run did. Times, tokens and costs are those of the last start.
 *
 * @param runId unique per run
 * @param documents documents with a row in the results
 * @param documentsBefore those of them that were done when the run was started this time
 * @param rows result rows
 * @param failedRows result rows with status error
 * @param inputTokens prompt tokens, shared prefixes counted once
 * @param outputTokens generated tokens
 * @param wallNanos from the start of inference to the last commit
 * @param costUsd executor time at the given price
 * @param backends "cpu on 512-bit vectors": every backend that worked, and its device
 * @param stats summed over all Spark tasks
 * @param executor the executor that held the most memory
 * @param suspicions documents that the watchdog warned of, in earlier starts, too
 */
public record RunSummary(
    String runId,
    long documents,
    long documentsBefore,
    long rows,
    long failedRows,
    long inputTokens,
    long outputTokens,
    long wallNanos,
    OptionalDouble costUsd,
    List<String> backends,
    EngineStats stats,
    ExecutorHealth executor,
    Suspicions suspicions) {
  public RunSummary {
    backends = List.copyOf(backends);
  }
}
