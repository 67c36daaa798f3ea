package org.longread.kernels;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** Holds the one-way street {@code ops <- checkpoint <- forward <- kernels}. */
class TestArchitecture {
  private static final String ROOT = "org.longread.kernels";
  private static final String OPS = ROOT + ".ops..";
  private static final String CHECKPOINT = ROOT + ".checkpoint..";
  private static final String FORWARD = ROOT + ".forward..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void opsKnowNothingAboveThem() {
    packageUsesNone(OPS, CHECKPOINT, FORWARD, ROOT);
  }

  @Test
  void checkpointUsesOpsOnly() {
    packageUsesNone(CHECKPOINT, FORWARD, ROOT);
  }

  @Test
  void forwardDoesNotUseTheEngine() {
    packageUsesNone(FORWARD, ROOT);
  }

  @Test
  void vectorApiIsUsedInTheCpuBackendOnly() {
    usedOnlyIn(ROOT + ".ops.cpu..", "jdk.incubator.vector..");
  }

  @Test
  void tornadoIsUsedInTheTornadoBackendOnly() {
    usedOnlyIn(ROOT + ".ops.tornado..", "uk.ac.manchester.tornado..");
  }

  @Test
  void engineKnowsNoSparkArrowOrHadoop() {
    packageUsesNone(
        ROOT + "..", "org.apache.spark..", "org.apache.arrow..", "org.apache.hadoop..", "scala..");
  }

  /** Foreign data is parsed, never deserialised, and names no class; these name constants. */
  @Test
  void noDataBecomesObjectsOrClasses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, URLClassLoader.class)
        .check(CLASSES);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.ops\\.tornado\\.(Transfers|TornadoPresence)(\\$.*)?")
        .should()
        .callMethodWhere(
            target(name("forName"))
                .and(target(owner(type(Class.class))))
                .or(target(name("loadClass")).and(target(owner(assignableTo(ClassLoader.class))))))
        .check(CLASSES);
  }

  private static void packageUsesNone(String from, String... packages) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static void usedOnlyIn(String home, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }
}
