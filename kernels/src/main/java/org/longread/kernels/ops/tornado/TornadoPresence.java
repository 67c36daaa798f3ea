package org.longread.kernels.ops.tornado;

import java.util.Optional;

/** What a JVM must have before a class of TornadoVM is loaded, and the way to it. */
final class TornadoPresence {
  /** The way out of most of what can be missing. */
  static final String START =
      "set TORNADOVM_HOME and start with deploy/longread, or start java with the file that"
          + " deploy/tornado-options writes";

  private static final int LEAST_JDK = 21;
  private static final String RUNTIME = "tornado.load.runtime.implementation";
  private static final String BAILOUT = "tornado.recover.bailout";
  private static final String FLAGS = "tornado.opencl.compiler.flags";
  private static final String API = "uk.ac.manchester.tornado.api.TornadoExecutionPlan";

  private TornadoPresence() {}

  /** What is missing, with the way out; empty if TornadoVM can be started. Loads none of it. */
  static Optional<String> missing() {
    return wrongJdk(Runtime.version().feature())
        .or(TornadoPresence::optionsMissing)
        .or(TornadoPresence::apiMissing)
        .or(TornadoPresence::shadowed)
        .or(TornadoPresence::unsafe);
  }

  /** What is wrong with a JDK of a version. */
  static Optional<String> wrongJdk(int feature) {
    return feature >= LEAST_JDK
        ? Optional.empty()
        : Optional.of(
            "TornadoVM needs JDK 25, and this is "
                + feature
                + "; set JAVA_HOME, or for executors spark.executorEnv.JAVA_HOME");
  }

  private static Optional<String> optionsMissing() {
    if (System.getProperty(RUNTIME) == null) {
      String sdk = System.getenv("TORNADOVM_HOME");
      return Optional.of(
          sdk == null || sdk.isBlank()
              ? "no TornadoVM SDK; install one of the JDK's version and " + START
              : "the JVM was started without TornadoVM's options; " + START);
    }
    return Optional.empty();
  }

  private static Optional<String> apiMissing() {
    ClassLoader loader = ClassLoader.getSystemClassLoader();
    try {
      if (!Class.forName(API, false, loader).getModule().isNamed()) {
        return Optional.of("TornadoVM's modules are not on the module path; " + START);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of("TornadoVM's modules are not on the module path (" + e + "); " + START);
    }
    // TornadoVM reads kernels' class files through the system class loader.
    if (DeviceBackend.class.getClassLoader() != loader) {
      return Optional.of(
          "the kernels' classes are not on the JVM's class path, where TornadoVM reads them; name"
              + " Longread's jar in spark.executor.extraClassPath and"
              + " spark.driver.extraClassPath instead of --jars");
    }
    return Optional.empty();
  }

  /** The SDK's own folder as module path puts its old log4j before Spark's. */
  private static Optional<String> shadowed() {
    try {
      Class<?> log4j =
          Class.forName(
              "org.apache.logging.log4j.LogManager", false, ClassLoader.getSystemClassLoader());
      return log4j.getModule().isNamed()
          ? Optional.of("TornadoVM's log4j shadows the application's; " + START)
          : Optional.empty();
    } catch (ClassNotFoundException | LinkageError none) {
      return Optional.empty();
    }
  }

  /** Settings that TornadoVM reads when it starts: set here if nobody did, refused if wrong. */
  private static Optional<String> unsafe() {
    String bailout = System.getProperty(BAILOUT);
    if (bailout == null) {
      System.setProperty(BAILOUT, "False");
    } else if (!bailout.equalsIgnoreCase("false")) {
      return Optional.of(
          BAILOUT
              + " is "
              + bailout
              + ": a failed kernel would give wrong results; set it to False");
    }
    // Its own default, -cl-fast-relaxed-math, reorders the sums whose order we define.
    if (System.getProperty(FLAGS) == null) {
      System.setProperty(FLAGS, "-w");
    }
    return Optional.empty();
  }
}
