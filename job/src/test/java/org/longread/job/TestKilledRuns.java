package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * C11: drivers with their executors killed at random moments and started again. System property
 * {@code longread.chaos.kills} says how many; .ci/chaos is the long form.
 */
class TestKilledRuns {
  private static final int KILLS = Integer.getInteger("longread.chaos.kills", 3);
  private static final long SEED = Long.getLong("longread.chaos.seed", 1);
  private static final int DOCUMENTS = 24;
  private static final int DOCUMENT_WORDS = 10;
  private static final long LIMIT_SECONDS = 300;

  @TempDir Path folder;

  @Test
  void c11KilledRunsEndAsUndisturbedOnesDo() throws Exception {
    Path input = input();
    Path undisturbed = folder.resolve("undisturbed");
    Process whole = start(input, undisturbed);
    awaitLife(whole, undisturbed, 0);
    long start = System.nanoTime();
    assertThat(whole.waitFor()).as("log in %s", log(undisturbed)).isZero();
    long lifeMillis = (System.nanoTime() - start) / 1_000_000;
    List<ArrowRow> expected = ArrowRow.read(undisturbed.resolve("results"));
    Random random = new Random(SEED);
    int kills = 0;
    int outputs = 0;
    while (kills < KILLS) {
      Path output = folder.resolve("killed-" + outputs++);
      while (kills < KILLS && killed(input, output, random, lifeMillis)) {
        kills++;
        assertThat(OutputOfAKilledRun.problems(output))
            .as("seed %d, kill %d", SEED, kills)
            .isEmpty();
      }
      long received = received(output);
      int said = Files.readString(log(output)).length();
      Process last = start(input, output);
      assertThat(last.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).as("log in %s", log(output)).isZero();
      assertThat(doneBefore(Files.readString(log(output)).substring(said)))
          .as("what had a receipt is not computed again")
          .isEqualTo(received);
      OutputCheck.isComplete(output);
      assertThat(ArrowRow.read(output.resolve("results")))
          .as("seed %d, after %d kills", SEED, kills)
          .isEqualTo(expected);
    }
    System.out.printf(
        "chaos: seed %d, %d runs as undisturbed after %d embedded drivers killed%n",
        SEED, outputs, kills);
  }

  /** What must hold at any moment. */
  private static final class OutputOfAKilledRun {
    /** Files readers would see although no manifest vouches for them, with nothing to say so. */
    static List<String> problems(Path output) throws IOException {
      if (!Files.exists(output) || Files.exists(output.resolve("manifest.json"))) {
        return List.of();
      }
      List<String> files = OutputCheck.files(output);
      boolean says = files.isEmpty() || files.stream().anyMatch(f -> f.startsWith("_longread/"));
      return says ? List.of() : files;
    }
  }

  /** Whether the run was killed before it ended. */
  private static boolean killed(Path input, Path output, Random random, long lifeMillis)
      throws Exception {
    int lives = OutputCheck.lives(output);
    Process run = start(input, output);
    awaitLife(run, output, lives);
    boolean ended =
        run.waitFor(random.nextLong(lifeMillis + lifeMillis / 4), TimeUnit.MILLISECONDS);
    run.destroyForcibly().waitFor();
    if (ended) {
      assertThat(run.exitValue()).as("log in %s", log(output)).isZero();
    }
    return !ended;
  }

  /** Until a run begins its working life: while Spark starts, it writes nothing. */
  private static void awaitLife(Process run, Path output, int before) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (run.isAlive() && OutputCheck.lives(output) == before && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
  }

  /** Documents that have a receipt: those of whole receipts, of any life of a run not complete. */
  private static long received(Path output) throws IOException {
    long documents = 0;
    if (Files.exists(output.resolve("manifest.json"))) {
      return documents;
    }
    for (String file : Files.exists(output) ? OutputCheck.files(output) : List.<String>of()) {
      if (file.startsWith("_longread/work/") && file.endsWith(".json")) {
        try {
          for (JsonNode one :
              new ObjectMapper().readTree(output.resolve(file).toFile()).at("/files")) {
            documents += one.get("documents").asLong();
          }
        } catch (JsonProcessingException e) {
          assertThat(e).as("cut short").isNotNull();
        }
      }
    }
    return documents;
  }

  /** What a start said in its log; none where it had nothing to resume. */
  private static long doneBefore(String log) {
    Matcher said =
        Pattern.compile("Resumes the run: ([\\d,]+) documents were done before").matcher(log);
    return said.find() ? Long.parseLong(said.group(1).replace(",", "")) : 0;
  }

  private static Path log(Path output) {
    return output.resolveSibling(output.getFileName() + ".log");
  }

  private static Process start(Path input, Path output) throws IOException {
    return ChildJvm.start(
        ChaosRun.class,
        log(output),
        List.of("-Xmx1g"),
        Map.of(),
        input.toString(),
        output.toString(),
        "3");
  }

  private Path input() {
    return Inputs.write(
        folder.resolve("in"),
        2,
        "id string, text string",
        ChaosRun.documents(DOCUMENTS, DOCUMENT_WORDS));
  }
}
