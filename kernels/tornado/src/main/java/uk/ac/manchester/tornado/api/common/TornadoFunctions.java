package uk.ac.manchester.tornado.api.common;

/** Kernels as method references, by the number of their parameters. */
public final class TornadoFunctions {
  private TornadoFunctions() {}

  /** A kernel of 3 parameters. */
  @FunctionalInterface
  public interface Task3<T1, T2, T3> {
    /** Runs one thread of it. */
    void apply(T1 arg1, T2 arg2, T3 arg3);
  }

  /** A kernel of 4 parameters. */
  @FunctionalInterface
  public interface Task4<T1, T2, T3, T4> {
    /** Runs one thread of it. */
    void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4);
  }

  /** A kernel of 5 parameters. */
  @FunctionalInterface
  public interface Task5<T1, T2, T3, T4, T5> {
    /** Runs one thread of it. */
    void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5);
  }

  /** A kernel of 9 parameters. */
  @FunctionalInterface
  public interface Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> {
    /** Runs one thread of it. */
    void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9);
  }

  /** A kernel of 10 parameters. */
  @FunctionalInterface
  public interface Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> {
    /** Runs one thread of it. */
    void apply(
        T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10);
  }
}
