package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TestJavaOptions {
  @Test
  void opensNoPackageThatThisJdkLacks() {
    Set<String> packages =
        ModuleLayer.boot().modules().stream()
            .flatMap(module -> module.getPackages().stream())
            .collect(Collectors.toSet());
    List<String> options = JavaOptions.options().toList();
    assertThat(options)
        .contains("--add-modules=jdk.incubator.vector")
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED");
    assertThat(options.stream().filter(option -> option.startsWith("--add-opens=")))
        .allSatisfy(option -> assertThat(packages).contains(option.split("[/=]", 4)[2]));
  }

  @Test
  void youngPartGrowsWithThreadsUpToAQuarterOfTheHeap() {
    long gib = 1 << 30;
    assertThat(HeapOptions.of(2, 8 * gib)).containsExactly("-XX:+UseParallelGC", "-Xmn128m");
    assertThat(HeapOptions.of(16, 8 * gib)).contains("-Xmn576m");
    assertThat(HeapOptions.of(64, gib)).contains("-Xmn256m");
  }
}
