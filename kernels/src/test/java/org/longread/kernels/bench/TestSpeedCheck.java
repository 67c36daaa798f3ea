package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.ScalarOps;

class TestSpeedCheck {
  /** A thousand times what the slowed kernel takes at the check's shape. */
  private static final long SLOW_NANOS = 100_000_000;

  @TempDir Path folder;

  /** The backend, with one kernel that wastes time. */
  private static KernelOps slowed(KernelOps ops, String kernel) {
    return (KernelOps)
        Proxy.newProxyInstance(
            KernelOps.class.getClassLoader(),
            new Class<?>[] {KernelOps.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(kernel)) {
                long end = CpuClock.nanos() + SLOW_NANOS;
                while (CpuClock.nanos() < end) {
                  Thread.onSpinWait();
                }
              }
              return method.invoke(ops, arguments);
            });
  }

  @Test
  void slowKernelIsNamed() {
    KernelOps ops = BackendChoice.choose("auto").ops();
    assumeTrue(!ops.name().equals("scalar"), "this JVM has the scalar backend only");
    SpeedReport report = new SpeedCheck(slowed(ops, "selectTopK"), 1_000_000).run();
    assertThat(report.kernels()).hasSameSizeAs(SpeedCases.all());
    assertThat(report.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("selection, k=1024 is slow here", "expected 6 % or more"));
  }

  @Test
  void scalarReferenceIsNotHeldToAnything() {
    assertThat(new SpeedCheck(new ScalarOps(), 1_000_000).run()).isEqualTo(SpeedReport.NONE);
  }

  private static SpeedReport report() {
    return new SpeedReport(
        SpeedCases.all().stream()
            .map(one -> new SpeedReport.Kernel(one.name(), one.floor() * 1.5, one.floor()))
            .toList());
  }

  @Test
  void reportIsKeptForTheSameHostAndBuild() {
    SpeedCache cache = new SpeedCache(folder.resolve("new/longread"), "host\ta; build 1");
    assertThat(cache.read()).isEmpty();
    cache.write(report());
    assertThat(cache.read()).contains(report());
    assertThat(new SpeedCache(folder.resolve("new/longread"), "host a; build 2").read()).isEmpty();
    assertThat(cache.file().getParent().toFile().list()).hasSize(1);
  }

  @Test
  void spoiltFileCountsAsNone() throws IOException {
    SpeedCache cache = new SpeedCache(folder, "here");
    cache.write(report());
    List<String> good = Files.readAllLines(cache.file());
    assertThat(cache.read()).isPresent();
    for (String line :
        List.of("", "fast", "NaN\t" + SpeedCases.all().get(0).name(), "0.5\tother")) {
      List<String> bad = new ArrayList<>(good);
      bad.set(1, line);
      Files.write(cache.file(), bad);
      assertThat(cache.read()).as(line).isEmpty();
    }
    Files.write(cache.file(), new byte[] {0, (byte) 0xff, 1});
    assertThat(cache.read()).isEmpty();
    Files.write(cache.file(), new byte[0]);
    assertThat(cache.read()).isEmpty();
  }

  @Test
  void folderThatCannotBeWrittenIsNoFailure() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    SpeedCache cache = new SpeedCache(file.resolve("below"), "here");
    cache.write(report());
    assertThat(cache.read()).isEmpty();
  }
}
