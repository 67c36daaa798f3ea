package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our stand-in for TornadoVM's API declares nothing for users that the real one does not have. */
@Tag("device")
class TestTornadoSignatures {
  /** How the stand-in's plan moves arrays: no business of anybody else. */
  private static final Set<String> OWN = Set.of("rubbish", "copyFrom");

  @Test
  void everyPublicMemberIsInTheRealApi() {
    List<String> missing = new ArrayList<>();
    int checked = 0;
    for (JavaClass standIn :
        new ClassFileImporter().importPath(Path.of("tornado/target/classes"))) {
      if (!standIn.getModifiers().contains(JavaModifier.PUBLIC)) {
        continue;
      }
      Class<?> real = real(standIn.getName(), missing);
      for (JavaCodeUnit unit : standIn.getCodeUnits()) {
        if (isPublic(unit.getModifiers()) && !OWN.contains(unit.getName())) {
          checked++;
          if (!has(real, unit)) {
            missing.add(unit.getFullName());
          }
        }
      }
      for (JavaField field : standIn.getFields()) {
        if (isPublic(field.getModifiers()) && !hasField(real, field)) {
          missing.add(field.getFullName());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(checked).isGreaterThan(60);
  }

  private static boolean isPublic(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  /** From TornadoVM's module, which comes before the class path. */
  private static Class<?> real(String name, List<String> missing) {
    try {
      Class<?> real = Class.forName(name, false, ClassLoader.getSystemClassLoader());
      assertThat(real.getModule().isNamed()).as(name + " is TornadoVM's own").isTrue();
      return real;
    } catch (ClassNotFoundException e) {
      missing.add(name);
      return Object.class;
    }
  }

  private static boolean has(Class<?> real, JavaCodeUnit unit) {
    String parameters =
        unit.getRawParameterTypes().stream().map(JavaClass::getName).toList().toString();
    if (unit.isConstructor()) {
      return Arrays.stream(real.getConstructors())
          .anyMatch(one -> names(one.getParameterTypes()).equals(parameters));
    }
    return Arrays.stream(real.getMethods())
        .anyMatch(
            one ->
                one.getName().equals(unit.getName())
                    && names(one.getParameterTypes()).equals(parameters)
                    && one.getReturnType().getName().equals(unit.getRawReturnType().getName()));
  }

  private static String names(Class<?>[] types) {
    return Arrays.stream(types).map(Class::getName).toList().toString();
  }

  private static boolean hasField(Class<?> real, JavaField field) {
    return Arrays.stream(real.getFields())
        .anyMatch(
            one ->
                one.getName().equals(field.getName())
                    && one.getType().getName().equals(field.getRawType().getName()));
  }
}
