package uk.ac.manchester.tornado.api.runtime;

import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Where the runtime is found. */
public class TornadoRuntimeProvider {
  private static final TornadoRuntime NO_DEVICES =
      new TornadoRuntime() {
        @Override
        public int getNumBackends() {
          return 0;
        }

        @Override
        public TornadoBackend getBackend(int index) {
          throw new IndexOutOfBoundsException(index);
        }
      };

  private TornadoRuntimeProvider() {}

  /** A runtime without backends: threads are no device that anybody asks for. */
  public static TornadoRuntime getTornadoRuntime() {
    return NO_DEVICES;
  }
}
