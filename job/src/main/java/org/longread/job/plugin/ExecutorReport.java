package org.longread.job.plugin;

import java.io.Serializable;
import org.longread.job.ExecutorReading;

/** What an executor tells the driver every now and then, and when it ends. */
record ExecutorReport(String executorId, ExecutorReading reading) implements Serializable {}
