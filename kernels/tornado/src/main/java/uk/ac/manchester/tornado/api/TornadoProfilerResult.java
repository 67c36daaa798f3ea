package uk.ac.manchester.tornado.api;

/** What an execution took. */
public class TornadoProfilerResult {
  private final long kernelNanos;
  private final long bytesIn;
  private final long bytesOut;

  TornadoProfilerResult(long kernelNanos, long bytesIn, long bytesOut) {
    this.kernelNanos = kernelNanos;
    this.bytesIn = bytesIn;
    this.bytesOut = bytesOut;
  }

  /** Nanoseconds of the kernels. */
  public long getDeviceKernelTime() {
    return kernelNanos;
  }

  /** Nanoseconds of compilation: none here. */
  public long getCompileTime() {
    return 0;
  }

  /** Bytes moved to the device. */
  public long getTotalBytesCopyIn() {
    return bytesIn;
  }

  /** Bytes moved to the host. */
  public long getTotalBytesCopyOut() {
    return bytesOut;
  }
}
