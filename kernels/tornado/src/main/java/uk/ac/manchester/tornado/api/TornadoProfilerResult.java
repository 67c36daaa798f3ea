package uk.ac.manchester.tornado.api;

/** What an execution took. */
public class TornadoProfilerResult {
  private final long kernelNanos;
  private final long bytesIn;
  private final long bytesOut;
  private final String log;

  TornadoProfilerResult(long kernelNanos, long bytesIn, long bytesOut, String log) {
    this.kernelNanos = kernelNanos;
    this.log = log;
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

  /** Times of each task. */
  public String getProfileLog() {
    return log;
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
