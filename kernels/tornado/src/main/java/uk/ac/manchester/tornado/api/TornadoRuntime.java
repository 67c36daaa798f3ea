package uk.ac.manchester.tornado.api;

/** The backends of this JVM. */
public interface TornadoRuntime {
  /** How many there are. */
  int getNumBackends();

  /** One of them. */
  TornadoBackend getBackend(int index);
}
