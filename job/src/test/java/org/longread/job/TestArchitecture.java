package org.longread.job;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.InvalidSelectionException;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Stage;

/** Holds where Spark's and Arrow's types may appear in the job. */
class TestArchitecture {
  private static final String ROOT = "org.longread.job";

  /** Types of ops that cross the seam: of options and statistics, and exceptions of Session. */
  private static final Class<?>[] OF_THE_SEAM = {
    DeviceException.class,
    DeviceRequest.class,
    DeviceRequest.Origin.class,
    DeviceWork.class,
    ComputePrecision.class,
    IndexPrecision.class,
    DoesNotFitException.class,
    InvalidSelectionException.class,
    NotANumberException.class,
    Stage.class
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void outputTasksKnowNoSpark() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".task..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void arrowIsUsedInWriteAndTheDataSourceOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".write..", ROOT + ".arrow..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.arrow..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void bytesOfArrowFilesAreReadWithoutSpark() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".arrow.file..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(CLASSES);
  }

  @Test
  void dataSourceKnowsNothingOfTheJob() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".arrow..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.longread..")
                .and(DescribedPredicate.not(resideInAnyPackage(ROOT + ".arrow..")))
                .and(
                    DescribedPredicate.not(
                        belongToAnyOf(
                            DatasetName.class, InvalidRunException.class, NearestName.class))))
        .check(CLASSES);
  }

  @Test
  void jobSeesOnlyTheSeamOfTheEngine() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.longread.kernels.ops..", "org.longread.kernels.forward..")
                .and(DescribedPredicate.not(belongToAnyOf(OF_THE_SEAM))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /** Foreign data is parsed, never deserialised, and names no class. */
  @Test
  void noDataBecomesObjectsOrClasses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, URLClassLoader.class)
        .check(CLASSES);
    noClasses()
        .should()
        .callMethodWhere(
            target(name("forName"))
                .and(target(owner(type(Class.class))))
                .or(target(name("loadClass")).and(target(owner(assignableTo(ClassLoader.class))))))
        .check(CLASSES);
  }
}
