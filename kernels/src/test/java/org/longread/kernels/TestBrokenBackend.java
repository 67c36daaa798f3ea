package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.longread.kernels.checkpoint.CheckpointLoader;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.InvalidSelectionException;
import org.longread.kernels.ops.KernelOps;

/** What a session makes of a backend that selects what it should not. */
class TestBrokenBackend {
  private static final int[] PROMPT = TestData.demoTokens(TestData.needle(700));

  /** Changes the selection, [topK] ascending, of a query that sees so many tokens. */
  private interface Fault {
    void change(int[] selection, int visible);
  }

  @Test
  void whatEveryBackendSelectsIsSeenAndNoPattern() {
    SelectionsSeen seen = read((selection, visible) -> {});
    assertThat(seen.rows()).isPositive();
    assertThat(seen.newest()).isLessThan(seen.rows());
    assertThat(seen.oldest()).isLessThan(seen.rows());
    assertThat(seen.layers())
        .allSatisfy(
            layer -> {
              assertThat(layer.newest()).isLessThan(layer.rows());
              assertThat(layer.oldest()).isLessThan(layer.rows());
            });
  }

  @Test
  void newestAndOldestTokensAreSeenForWhatTheyAre() {
    SelectionsSeen newest =
        read((selection, visible) -> Arrays.setAll(selection, i -> visible - selection.length + i));
    assertThat(newest.newest()).isEqualTo(newest.rows()).isPositive();
    SelectionsSeen oldest = read((selection, visible) -> Arrays.setAll(selection, i -> i));
    assertThat(oldest.oldest()).isEqualTo(oldest.rows()).isPositive();
  }

  @Test
  void selectionsThatNoBackendMayGiveEndTheSession() {
    assertThatThrownBy(() -> read((selection, visible) -> selection[1] = selection[0]))
        .isInstanceOf(InvalidSelectionException.class)
        .hasMessageStartingWith("Invalid selection of position ")
        .hasMessageContaining("entry 1 is ");
    assertThatThrownBy(() -> read((selection, visible) -> selection[63] = visible))
        .isInstanceOf(InvalidSelectionException.class);
    assertThatThrownBy(() -> read((selection, visible) -> selection[63] = -1))
        .isInstanceOf(InvalidSelectionException.class);
    assertThatThrownBy(() -> read((selection, visible) -> breakOne(selection, visible)))
        .hasMessageContaining("Invalid selection of position 301 ");
  }

  /** Of a query that is not looked at for patterns. */
  private static void breakOne(int[] selection, int visible) {
    if (visible == 302) {
      selection[63] = visible;
    }
  }

  private static SelectionsSeen read(Fault fault) {
    BackendChoice backend = new BackendChoice(broken(fault), List.of());
    try (Engine engine = new Engine(CheckpointLoader.load(TestData.demoModel()), backend, 512, 1);
        Session session = engine.newSession(SessionOptions.DEFAULT)) {
      session.prefill(PROMPT);
      return session.selections();
    }
  }

  private static KernelOps broken(Fault fault) {
    KernelOps real = BackendChoice.choose("auto").ops();
    return (KernelOps)
        Proxy.newProxyInstance(
            KernelOps.class.getClassLoader(),
            new Class<?>[] {KernelOps.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                if (method.getName().equals("selectTopK")) {
                  breakRows(fault, arguments);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void breakRows(Fault fault, Object... arguments) {
    int rows = (int) arguments[1];
    int firstCount = (int) arguments[2];
    int topK = (int) arguments[3];
    int[] indices = (int[]) arguments[4];
    for (int i = 0; i < rows; i++) {
      int[] row = Arrays.copyOfRange(indices, i * topK, (i + 1) * topK);
      fault.change(row, firstCount + i);
      System.arraycopy(row, 0, indices, i * topK, topK);
    }
  }
}
