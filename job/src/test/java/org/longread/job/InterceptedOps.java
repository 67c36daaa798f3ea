package org.longread.job;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.longread.kernels.ops.KernelOps;

/** Kernels of another backend, with a test between caller and them. */
final class InterceptedOps {
  private InterceptedOps() {}

  /** The call that was made, on the other backend. */
  interface Call {
    Object make() throws Throwable;
  }

  /** What a test makes of a call to a method of that name. */
  interface Between {
    Object answer(String method, Object[] arguments, Call real) throws Throwable;
  }

  static KernelOps of(KernelOps real, Between between) {
    return (KernelOps)
        Proxy.newProxyInstance(
            KernelOps.class.getClassLoader(),
            new Class<?>[] {KernelOps.class},
            (proxy, method, arguments) ->
                between.answer(method.getName(), arguments, () -> invoke(real, method, arguments)));
  }

  private static Object invoke(KernelOps real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
