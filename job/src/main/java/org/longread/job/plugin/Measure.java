package org.longread.job.plugin;

import org.longread.job.ExecutorReading;

/** Everything that is published of an executor. */
enum Measure {
  TOKENS_READ("tokensRead", Kind.COUNTER),
  TOKENS_WRITTEN("tokensWritten", Kind.COUNTER),
  TOKENS_PER_SECOND("tokensPerSecond", Kind.LEVEL),
  DOCUMENTS_DONE("documentsDone", Kind.COUNTER),
  DOCUMENTS_FAILED("documentsFailed", Kind.COUNTER),
  DOCUMENTS_WAITING("documentsWaiting", Kind.LEVEL),
  CACHE_BYTES("cacheBytes", Kind.LEVEL),
  DEVICE_MEMORY_BYTES("deviceMemoryBytes", Kind.LEVEL),
  DEVICE_KERNEL_SECONDS("deviceKernelSeconds", Kind.COUNTER),
  ENGINES_OPEN("enginesOpen", Kind.LEVEL);

  private final String gauge;
  private final Kind kind;

  /** What becomes of a sum when an executor has gone. */
  enum Kind {
    /** What it has done stays done. */
    COUNTER,
    /** What it held is free. */
    LEVEL
  }

  Measure(String gauge, Kind kind) {
    this.gauge = gauge;
    this.kind = kind;
  }

  /** Name of the gauge. */
  String gauge() {
    return gauge;
  }

  Kind kind() {
    return kind;
  }

  double of(ExecutorReading reading) {
    return switch (this) {
      case TOKENS_READ -> reading.tokensRead();
      case TOKENS_WRITTEN -> reading.tokensWritten();
      case TOKENS_PER_SECOND -> reading.tokensPerSecond();
      case DOCUMENTS_DONE -> reading.documentsDone();
      case DOCUMENTS_FAILED -> reading.documentsFailed();
      case DOCUMENTS_WAITING -> reading.documentsWaiting();
      case CACHE_BYTES -> reading.cacheBytes();
      case DEVICE_MEMORY_BYTES -> reading.deviceMemoryBytes();
      case DEVICE_KERNEL_SECONDS -> reading.deviceKernelSeconds();
      case ENGINES_OPEN -> reading.enginesOpen();
    };
  }
}
