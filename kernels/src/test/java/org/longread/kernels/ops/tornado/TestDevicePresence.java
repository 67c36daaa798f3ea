package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each thing that can be missing from a JVM for a device, with the reason it gives: JVMs with this
 * one's options less or more one.
 */
@Tag("device")
class TestDevicePresence {
  private static final String MODULE_PATH = "--module-path=";
  private static final Map<String, String> NO_ENV = Map.of();

  private final List<String> options =
      new ArrayList<>(
          ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
              .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-Xm"))
              .toList());

  /** What a JVM with the options says. */
  private String reason(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), PresenceProbe.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process run = builder.start();
    String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).as(said).isZero();
    return said.lines()
        .filter(line -> line.startsWith(PresenceProbe.ANSWER))
        .findFirst()
        .orElseThrow(() -> new AssertionError(said))
        .substring(PresenceProbe.ANSWER.length());
  }

  private void without(Predicate<String> option) {
    int before = options.size();
    options.removeIf(option);
    assertThat(options).hasSizeLessThan(before);
  }

  @Test
  void theseOptionsWillDo() throws Exception {
    assertThat(reason(NO_ENV)).isEmpty();
  }

  @Test
  void missingSdk() throws Exception {
    without(option -> option.startsWith("-Dtornado.load.runtime"));
    assertThat(reason(Map.of("TORNADOVM_HOME", "")))
        .startsWith("no TornadoVM SDK; install one")
        .contains("deploy/tornado-options");
  }

  @Test
  void missingOptions() throws Exception {
    without(option -> option.startsWith("-Dtornado.load.runtime"));
    assertThat(reason(Map.of("TORNADOVM_HOME", "/somewhere")))
        .startsWith("the JVM was started without TornadoVM's options")
        .contains("deploy/tornado-options");
  }

  @Test
  void missingModules() throws Exception {
    without(option -> option.startsWith(MODULE_PATH) || option.contains("tornado.runtime"));
    options.add("-Dtornado.load.runtime.implementation=any");
    assertThat(reason(NO_ENV)).startsWith("TornadoVM's modules are not on the module path");
  }

  @Test
  void modulesOfTheWholeSdkBringAnotherLog4j() throws Exception {
    String modules =
        options.stream().filter(option -> option.startsWith(MODULE_PATH)).findFirst().orElseThrow();
    String first = modules.substring(MODULE_PATH.length()).split(File.pathSeparator, 2)[0];
    options.replaceAll(
        option ->
            option.equals(modules)
                ? modules + File.pathSeparator + Path.of(first).getParent()
                : option);
    options.add("--add-modules=org.apache.logging.log4j");
    assertThat(reason(NO_ENV)).startsWith("TornadoVM's log4j shadows the application's");
  }

  @Test
  void kernelsInAClassLoaderThatTornadoVmDoesNotRead() throws Exception {
    assertThat(reason(NO_ENV, PresenceProbe.OWN_LOADER))
        .startsWith("the kernels' classes are not on the JVM's class path")
        .contains("spark.executor.extraClassPath");
  }

  @Test
  void failedKernelsThatWouldGoUnnoticed() throws Exception {
    options.add("-Dtornado.recover.bailout=True");
    assertThat(reason(NO_ENV)).contains("tornado.recover.bailout is True").contains("to False");
  }

  @Test
  void failedKernelsAreNoticedWhereNobodySaidSo() throws Exception {
    without(option -> option.startsWith("-Dtornado.recover.bailout"));
    assertThat(reason(NO_ENV)).isEmpty();
  }

  @Test
  void missingDriver() throws Exception {
    assertThat(reason(Map.of("OCL_ICD_VENDORS", "/nowhere")))
        .containsAnyOf("TornadoVM sees no device", "TornadoVM does not start")
        .contains("driver");
  }

  @Test
  void missingNativeLibrary() throws Exception {
    options.add("-Djava.library.path=/nowhere");
    assertThat(reason(NO_ENV))
        .startsWith("TornadoVM's native library does not load")
        .contains("deploy/tornado-options");
  }

  @Test
  void processorsAreRefusedUnlessAsked() throws Exception {
    without(option -> option.startsWith("-D" + Devices.ALLOW_CPU));
    assertThat(reason(NO_ENV)).contains("the only device is a processor").contains("backend cpu");
  }
}
