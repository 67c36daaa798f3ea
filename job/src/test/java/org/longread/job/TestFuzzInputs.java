package org.longread.job;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.longread.job.arrow.read.FuzzArrowFile;
import org.longread.job.read.FuzzChatTemplate;
import org.longread.job.read.FuzzDocumentRows;
import org.longread.job.read.FuzzTokenizer;

/** Inputs that began a corpus, or once broke a reader: none does now. .ci/fuzz looks for more. */
class TestFuzzInputs {
  private static final Path INPUTS = Path.of("src/test/resources/fuzz");
  private static final List<Class<?>> TARGETS =
      List.of(
          FuzzArrowFile.class, FuzzChatTemplate.class, FuzzDocumentRows.class, FuzzTokenizer.class);

  @TestFactory
  Stream<DynamicTest> everyKnownInputIsReadOrRefused() {
    return TARGETS.stream().flatMap(TestFuzzInputs::inputs);
  }

  private static Stream<DynamicTest> inputs(Class<?> target) {
    try (Stream<Path> files = Files.list(INPUTS.resolve(target.getSimpleName()))) {
      return files
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      target.getSimpleName() + " " + file.getFileName(), () -> run(target, file)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new IllegalStateException("no inputs for " + target, e);
    }
  }

  private static void run(Class<?> target, Path file) throws Exception {
    try {
      target
          .getMethod("fuzzerTestOneInput", byte[].class)
          .invoke(null, (Object) Files.readAllBytes(file));
    } catch (InvocationTargetException e) {
      throw new AssertionError(target.getSimpleName() + " broke on " + file, e.getCause());
    }
  }
}
