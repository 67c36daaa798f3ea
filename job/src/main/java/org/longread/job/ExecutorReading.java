package org.longread.job;

import java.io.Serializable;

/**
 * What an executor has done since its JVM started, and what it holds now.
 *
 * @param tokensRead tokens of documents that were read; of attempts that failed, too
 * @param tokensWritten tokens generated, counted when a document's answers are complete
 * @param tokensPerSecond both, over the last minute or since the first of them
 * @param documentsDone documents that have their rows, failed ones not counted
 * @param documentsFailed documents that have an error row
 * @param documentsWaiting documents that wait for memory or for room in a batch
 * @param cacheBytes bytes of heap that documents in flight have reserved
 * @param deviceMemoryBytes bytes of device memory planned when last heard of; 0 without a device
 * @param deviceKernelSeconds seconds that kernels ran on a device, for documents done
 * @param enginesOpen engines open in this JVM, 0 or 1 as a rule
 */
public record ExecutorReading(
    long tokensRead,
    long tokensWritten,
    double tokensPerSecond,
    long documentsDone,
    long documentsFailed,
    long documentsWaiting,
    long cacheBytes,
    long deviceMemoryBytes,
    double deviceKernelSeconds,
    long enginesOpen)
    implements Serializable {}
