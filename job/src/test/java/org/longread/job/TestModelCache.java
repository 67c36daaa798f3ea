package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.kernels.checkpoint.CheckpointFingerprint;

/** Copies of models on other file systems, as executors of one host share them. */
class TestModelCache {
  private static final long PATIENCE_SECONDS = 300;
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;
  private Path model;
  private Path root;
  private Path opened;

  /** The local disk, taken for a remote one; notes in a file what is read. */
  public static final class Remote extends RawLocalFileSystem {
    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      Files.writeString(
          Path.of(getConf().get("longread.test.opened")),
          path.getName() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return super.open(path, buffer);
    }
  }

  /** An executor that looks for the model: cache, model, where to note what is read. */
  public static final class Executor {
    private Executor() {}

    /** Prints the copy's folder. */
    public static void main(String[] arguments) throws IOException {
      System.out.println(copy(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
    }
  }

  private static Path copy(Path root, Path model, Path opened) throws IOException {
    Configuration conf = new Configuration();
    conf.set("longread.test.opened", opened.toString());
    try (FileSystem remote = new Remote()) {
      remote.initialize(Path.of("/").toUri(), conf);
      FileStatus[] files = remote.listStatus(new org.apache.hadoop.fs.Path(model.toUri()));
      // As a JVM that begins: it knows no checksums.
      return new ModelCache(root, new Checksums()).folder("model", remote, Arrays.asList(files));
    }
  }

  private Path copy() throws IOException {
    return copy(root, model, opened);
  }

  @BeforeEach
  void write() throws IOException {
    model = Files.createDirectories(folder.resolve("remote"));
    root = folder.resolve("cache");
    opened = folder.resolve("opened");
    try (Stream<Path> files = Files.list(RunBuilder.MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void executorsOfOneHostCopyOnce() throws Exception {
    List<Process> executors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      executors.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Executor.class.getName(),
                  root.toString(),
                  model.toString(),
                  opened.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process executor : executors) {
      assertThat(executor.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = new String(executor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(executor.exitValue()).as(said).isZero();
      assertThat(said).contains(root.resolve("model").toString());
    }
    assertThat(Files.readAllLines(opened)).containsOnlyOnce(WEIGHTS).doesNotHaveDuplicates();
    assertIsCopied();
  }

  @Test
  void whatABrokenCopyLeftIsReplaced() throws Exception {
    Path part = Files.createDirectories(root.resolve("model.part-1234"));
    byte[] half = Arrays.copyOf(Files.readAllBytes(model.resolve(WEIGHTS)), 1_000_000);
    Files.write(part.resolve(WEIGHTS), half);
    // As if somebody else had copied, without a checksum, and been stopped.
    Files.createDirectories(root.resolve("model"));
    Files.write(root.resolve("model").resolve(WEIGHTS), half);
    copy();
    assertIsCopied();
    assertThat(Files.readAllLines(opened)).containsOnlyOnce(WEIGHTS);
  }

  @Test
  void aDamagedByteIsNoticedAndReplaced() throws Exception {
    Path weights = copy().resolve(WEIGHTS);
    FileTime changed = Files.getLastModifiedTime(weights);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    Files.setLastModifiedTime(weights, changed);
    copy();
    assertIsCopied();
    assertThat(Files.readAllLines(opened).stream().filter(WEIGHTS::equals)).hasSize(2);
  }

  @Test
  void aCutOrMissingFileIsNoticedAndReplaced() throws Exception {
    Path weights = copy().resolve(WEIGHTS);
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 500));
    copy();
    assertIsCopied();
    Files.delete(weights);
    copy();
    assertIsCopied();
  }

  @Test
  void aWholeCopyIsNotMadeAgain() throws Exception {
    copy();
    Files.delete(opened);
    copy();
    assertThat(opened).doesNotExist();
  }

  @Test
  void aFolderIsReadOnceUntilItsFilesChange() throws Exception {
    Checksums checksums = new Checksums();
    String first = checksums.of(model);
    assertThat(first).isEqualTo(CheckpointFingerprint.sha256(model));
    Path config = model.resolve("config.json");
    FileTime before = Files.getLastModifiedTime(config);
    String other = Files.readString(config).replace("32768", "32769");
    Files.writeString(config, other);
    Files.setLastModifiedTime(config, before);
    assertThat(checksums.of(model)).as("not read again").isEqualTo(first);
    Files.setLastModifiedTime(config, FileTime.fromMillis(before.toMillis() + 5_000));
    assertThat(checksums.of(model))
        .isEqualTo(CheckpointFingerprint.sha256(model))
        .isNotEqualTo(first);
  }

  @Test
  void aCopyOtherThanTheDriverCheckedIsRefused() throws Exception {
    Path copy = copy();
    String checked = CheckpointFingerprint.sha256(model);
    ModelFolder.requireSame(copy, new EngineSpec("hdfs://names/model", checked, false, 1));
    assertThatThrownBy(
            () ->
                ModelFolder.requireSame(
                    copy, new EngineSpec("hdfs://names/model", "0".repeat(64), false, 1)))
        .hasMessageContaining("Cannot open model hdfs://names/model")
        .hasMessageContaining("changed after the driver checked it");
  }

  @Test
  void otherWeightsAtTheSameLocalPathOfAnotherHostAreRefused() throws Exception {
    String checked = CheckpointFingerprint.sha256(model);
    EngineSpec spec = new EngineSpec(model.toString(), checked, false, 1);
    ModelFolder.requireSame(model, spec);
    Path weights = model.resolve(WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    Files.setLastModifiedTime(weights, FileTime.fromMillis(1));
    assertThatThrownBy(() -> ModelFolder.requireSame(model, spec))
        .hasMessageContaining("Cannot open model " + model)
        .hasMessageContaining("expected " + checked.substring(0, 12))
        .hasMessageContaining("Put the same files on every host");
  }

  /** The copy is the model, and nothing is left beside it. */
  private void assertIsCopied() throws IOException {
    assertThat(CheckpointFingerprint.sha256(root.resolve("model")))
        .isEqualTo(CheckpointFingerprint.sha256(model));
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("model", "model.sha256", "model.lock");
    }
  }
}
