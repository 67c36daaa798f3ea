package org.longread.kernels.ops.tornado;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Optional;
import org.longread.kernels.ops.KernelBackend;

/** A JVM that says whether the backend runs in it, for {@link TestDevicePresence}. */
final class PresenceProbe {
  /** Begins the line with the answer; then the reason, or nothing. */
  static final String ANSWER = "presence: ";

  /** Argument: looks at the backend in a class loader of its own, as {@code --jars} has it. */
  static final String OWN_LOADER = "own-loader";

  private PresenceProbe() {}

  /** Prints the answer. */
  public static void main(String[] args) throws Exception {
    KernelBackend backend = new DeviceBackend();
    if (Arrays.asList(args).contains(OWN_LOADER)) {
      backend = inOwnLoader();
    }
    Optional<String> reason = backend.unavailable();
    System.out.println(ANSWER + reason.orElse(""));
    // TornadoVM's threads may outlive main.
    System.exit(0);
  }

  private static KernelBackend inOwnLoader() throws Exception {
    URL[] here = {DeviceBackend.class.getProtectionDomain().getCodeSource().getLocation()};
    ClassLoader loader =
        new URLClassLoader(here, PresenceProbe.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            // Ours from here, but for what the caller knows.
            if (name.startsWith("org.longread.kernels.ops.tornado.")) {
              Class<?> loaded = findLoadedClass(name);
              return loaded == null ? findClass(name) : loaded;
            }
            return super.loadClass(name, resolve);
          }
        };
    return (KernelBackend)
        loader.loadClass(DeviceBackend.class.getName()).getDeclaredConstructor().newInstance();
  }
}
