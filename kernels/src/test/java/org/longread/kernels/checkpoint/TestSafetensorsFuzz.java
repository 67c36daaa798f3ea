package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSafetensorsFuzz {
  private static final int ROUNDS = 2_000;
  private static final String JSON_MARKS = "{}[]\",:0-9e. ";

  @TempDir Path folder;

  @Test
  void anyDamageIsRefusedAsACheckpointExceptionOrReadable() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = goodFile();
    for (int round = 0; round < ROUNDS; round++) {
      Path file = Files.write(folder.resolve("x.safetensors"), damage(good, random));
      try {
        SafetensorsFile opened = SafetensorsFile.open(file);
        for (TensorInfo tensor : opened.tensors()) {
          assertThat((long) opened.data(tensor.name()).all().remaining())
              .as("seed %d", seed)
              .isEqualTo(tensor.bytes());
        }
      } catch (CheckpointException e) {
        assertThat(e).as("seed %d", seed).hasMessageStartingWith("Cannot read ");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }

  private byte[] goodFile() throws IOException {
    return Files.readAllBytes(
        new SafetensorsWriter()
            .addFloats("model.norm.weight", new float[12], 12)
            .addFloats("lm_head.weight", new float[12], 3, 4)
            .addInts("ids", new int[5], 5)
            .write(folder.resolve("good.safetensors")));
  }

  private static byte[] damage(byte[] good, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bad = good.clone();
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      int at = random.nextInt(random.nextBoolean() ? 8 : bad.length);
      bad[at] =
          (byte)
              (random.nextBoolean()
                  ? random.nextInt()
                  : JSON_MARKS.charAt(random.nextInt(JSON_MARKS.length())));
    }
    return bad;
  }
}
