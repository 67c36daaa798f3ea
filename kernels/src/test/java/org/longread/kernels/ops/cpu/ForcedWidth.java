package org.longread.kernels.ops.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import org.longread.kernels.ops.KernelOps;

/** The package loaded once more, with another vector width: species are constants of a class. */
final class ForcedWidth extends ClassLoader {
  private static final String PACKAGE = ForcedWidth.class.getPackageName() + ".";

  private ForcedWidth() {
    super(ForcedWidth.class.getClassLoader());
  }

  /** The operations at a width in bits, whatever the machine prefers. */
  static synchronized KernelOps ops(int bits) {
    String before = System.getProperty(Lanes.BITS_PROPERTY);
    System.setProperty(Lanes.BITS_PROPERTY, Integer.toString(bits));
    try {
      Constructor<?> constructor =
          new ForcedWidth().loadClass(PACKAGE + "VectorOps").getDeclaredConstructor();
      constructor.setAccessible(true);
      KernelOps ops = (KernelOps) constructor.newInstance();
      if (!ops.device().startsWith(bits + "-bit")) {
        throw new IllegalStateException("Cannot force " + bits + " bits: got " + ops.device());
      }
      return ops;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot load " + PACKAGE + " at " + bits + " bits", e);
    } finally {
      if (before == null) {
        System.clearProperty(Lanes.BITS_PROPERTY);
      } else {
        System.setProperty(Lanes.BITS_PROPERTY, before);
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = file.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
