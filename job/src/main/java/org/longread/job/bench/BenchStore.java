package org.longread.job.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.longread.job.InvalidRunException;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.PositionCost.Phase;

/**
 * What has been measured so far, kept in a file of one JSON object a line, so that a run that was
 * stopped goes on where it was. A last line cut short by that is forgotten.
 */
public final class BenchStore {
  /** The file's name in the output folder. */
  public static final String FILE = "bench.jsonl";

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final List<BenchPoint> points = new ArrayList<>();

  private BenchStore(Path file) {
    this.file = file;
  }

  /** The store of a folder, made if it is missing. */
  public static BenchStore open(Path folder) {
    BenchStore store = new BenchStore(folder.resolve(FILE));
    try {
      Files.createDirectories(folder);
      if (Files.exists(store.file)) {
        store.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + store.file + ": " + e.getMessage(), e);
    }
    return store;
  }

  /** The store of a folder, emptied. */
  public static BenchStore fresh(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start over: " + e.getMessage(), e);
    }
    return open(folder);
  }

  private void read() throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    boolean cut = false;
    for (int i = 0; i < lines.size(); i++) {
      try {
        points.add(JSON.readValue(lines.get(i), BenchPoint.class));
      } catch (JsonProcessingException e) {
        if (i < lines.size() - 1) {
          throw new InvalidRunException(
              "Invalid line %d of %s: not a measurement of this version. Add --fresh to start over"
                  .formatted(i + 1, file),
              e);
        }
        cut = true;
      }
    }
    if (cut) {
      Files.write(file, lines.subList(0, lines.size() - 1), StandardCharsets.UTF_8);
    }
  }

  /** Keeps a point, on disk at once. */
  public void add(BenchPoint point) {
    points.add(point);
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(point) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Everything kept, of all environments. */
  public List<BenchPoint> points() {
    return List.copyOf(points);
  }

  /** The point of a position, if one of at least as many rounds is kept; the newest counts. */
  public Optional<BenchPoint> find(
      BenchEnvironment environment, String preset, int position, int rounds) {
    return find(environment, preset, Phase.PREFILL, position, rounds);
  }

  /** The same for what has costs of a phase. */
  public Optional<BenchPoint> find(
      BenchEnvironment environment, String preset, Phase phase, int position, int rounds) {
    return points.stream()
        .filter(point -> point.environment().equals(environment))
        .filter(point -> point.preset().equals(preset))
        .filter(point -> point.measurement().position() == position)
        .filter(point -> point.measurement().costs().stream().anyMatch(c -> c.phase() == phase))
        .filter(point -> point.rounds() >= rounds)
        .reduce((older, newer) -> newer);
  }

  /** What is kept of some positions of a preset in an environment, in their order. */
  public BenchSeries series(
      BenchEnvironment environment, BenchPreset preset, List<Integer> positions) {
    return new BenchSeries(
        preset,
        positions.stream()
            .flatMap(position -> find(environment, preset.name(), position, 0).stream())
            .map(BenchPoint::measurement)
            .sorted(Comparator.comparingInt(m -> m.position()))
            .toList());
  }
}
