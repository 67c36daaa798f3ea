package org.longread.kernels;

/** What the running JVM offers the engine. */
public final class EngineModule {
  private EngineModule() {}

  /** Returns whether the JVM was started with the Vector API's module. */
  public static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
