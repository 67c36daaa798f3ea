package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.cli.Main;

/** C4 and C11 on a disk that is too small at first. */
class TestFullDisk {
  private static final int DOCUMENTS = 20;
  private static final int DOCUMENT_WORDS = 6;
  private static final long ROOM_BYTES = 30_000;
  private static final int MOST_STARTS = 20;
  private static final String FULL = "No space left on device";

  @TempDir Path folder;
  private Path input;
  private List<ArrowRow> expected;

  @BeforeEach
  void run() throws Exception {
    Object[][] rows = ChaosRun.documents(DOCUMENTS, DOCUMENT_WORDS);
    input = Inputs.write(folder.resolve("in"), 2, "id string, text string", rows);
    expected = builder("expected").run(Inputs.spark());
  }

  @AfterEach
  void repair() {
    FaultyFileSystem.repair();
  }

  private RunBuilder builder(String output) {
    return ChaosRun.builder(input.toString(), folder.resolve(output).toString(), "2");
  }

  @Test
  void aRunThatFillsTheDiskSaysWhereAndGoesOnWhenThereIsRoom() throws Exception {
    SparkSession spark = Inputs.spark();
    FaultyFileSystem.configure(spark.sparkContext().hadoopConfiguration());
    RunBuilder run = builder("out").through(FaultyFileSystem.SCHEME);
    FaultyFileSystem.freeBytes.set(ROOM_BYTES);
    int starts = 1;
    for (boolean done = false; !done; starts++) {
      assertThat(starts).isLessThan(MOST_STARTS);
      try {
        InferenceJob.run(spark, run.conf());
        done = true;
      } catch (FailedRunException e) {
        assertThat(e).hasMessageMatching("Cannot finish the run: Cannot write faulty:/.*: " + FULL);
        FaultyFileSystem.freeBytes.set(ROOM_BYTES * starts);
      }
    }
    assertThat(starts).as("it was full while working and while publishing").isGreaterThan(2);
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(expected);
  }

  @Test
  void aFileWithoutRoomForItsHeadFreesItsBuffers() {
    SparkSession spark = Inputs.spark();
    FaultyFileSystem.configure(spark.sparkContext().hadoopConfiguration());
    FaultyFileSystem.freeBytes.set(ROOM_BYTES / 8);
    RunBuilder run = builder("none").through(FaultyFileSystem.SCHEME);
    long before = ArrowUtils.rootAllocator().getAllocatedMemory();
    assertThatThrownBy(() -> InferenceJob.run(spark, run.conf()))
        .isInstanceOf(FailedRunException.class)
        .hasMessageContaining(FULL);
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isEqualTo(before);
  }

  /** In a mount namespace of its own, so that nobody else sees the disk. */
  @Test
  void aRealDiskThatIsFullEndsTheProcessWithStatusOne() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    if (!mayMount(disk)) {
      System.out.println("chaos: a real full disk NOT tested: this user may not mount a tmpfs");
      assumeTrue(false, "this user may not mount a small tmpfs");
    }
    Path log = folder.resolve("log");
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        """
        disk=$1 copy=$2; shift 2
        mount -t tmpfs -o size=256k none "$disk"
        "$@"; first=$?
        mount -o remount,size=64m "$disk"
        "$@"; second=$?
        cp -r "$disk/out" "$copy"
        echo "statuses $first $second"
        """);
    Path copy = folder.resolve("copy");
    Process both =
        ChildJvm.wrapped(
            List.of("unshare", "-m", "sh", script.toString(), disk.toString(), copy.toString()),
            Main.class,
            log,
            List.of("-Xmx1g"),
            ("run --master local[2] --input %s --output %s --model %s --id-column id --task score"
                    + " --partitions 2 --commit-seconds 0 --max-failed-fraction 1")
                .formatted(input, disk.resolve("out"), RunBuilder.MODEL)
                .split(" "));
    assertThat(both.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(log);
    assertThat(said).contains("statuses 1 0");
    assertThat(said)
        .containsPattern(
            "longread: Cannot finish the run: Cannot write file:" + disk + ".*" + FULL);
    OutputCheck.isComplete(copy);
    assertThat(ArrowRow.read(copy.resolve("results"))).isEqualTo(expected);
    System.out.println("chaos: a real disk was full, and the run as undisturbed when it had room");
  }

  private static boolean mayMount(Path disk) throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", disk.toString())
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
