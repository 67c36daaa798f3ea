package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The tensors of a model folder, wherever they lie: {@code model.safetensors}, or the files that
 * {@code model.safetensors.index.json} names.
 */
final class ModelFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final Pattern PLAIN_NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\\.safetensors");

  private final Path folder;
  private final Problems problems;
  private final List<String> names = new ArrayList<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Map<String, TensorBytes> tensors = new LinkedHashMap<>();

  private ModelFiles(Path folder, Problems problems) {
    this.folder = folder;
    this.problems = problems;
  }

  /**
   * Opens every file. What is wrong with an index or a shard is added to {@code problems}.
   *
   * @throws CheckpointException if there are no weights, or a single file cannot be read
   */
  static ModelFiles open(Path folder, Problems problems) {
    ModelFiles model = new ModelFiles(folder, problems);
    if (Files.exists(folder.resolve(SINGLE))) {
      model.checkStays(folder.resolve(SINGLE));
      model.addSingle(SafetensorsFile.open(folder.resolve(SINGLE)));
    } else if (Files.exists(folder.resolve(INDEX))) {
      model.openShards(StrictJson.readIndex(folder.resolve(INDEX)));
    } else {
      throw new CheckpointException(
          StrictJson.cannotRead(folder, "no weights (expected " + SINGLE + " or " + INDEX + ")"));
    }
    return model;
  }

  /** Names of the files read, the index included. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** Where a tensor lies. */
  Optional<TensorBytes> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** Every tensor by name. */
  Map<String, TensorBytes> tensors() {
    return tensors;
  }

  /** Whether the index names a tensor whose file could not be used; that is a problem already. */
  boolean isUnreadable(String name) {
    return unreadable.contains(name);
  }

  private void addSingle(SafetensorsFile file) {
    names.add(SINGLE);
    file.tensors().forEach(info -> tensors.put(info.name(), file.data(info.name())));
  }

  private void openShards(JsonNode index) {
    names.add(INDEX);
    JsonNode map = index.get("weight_map");
    if (map == null || !map.isObject()) {
      throw new CheckpointException(
          StrictJson.cannotRead(
              folder.resolve(INDEX), "no weight_map (expected an object of file names)"));
    }
    Map<String, Optional<SafetensorsFile>> opened = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getKey();
      Optional<SafetensorsFile> file =
          shardName(name, entry.getValue())
              .flatMap(shard -> opened.computeIfAbsent(shard, this::openShard));
      if (file.isPresent() && file.get().find(name).isPresent()) {
        tensors.put(name, file.get().data(name));
        continue;
      }
      unreadable.add(name);
      file.ifPresent(
          shard ->
              problems.add(
                  StrictJson.cannotRead(
                      shard.path(),
                      "no tensor " + Printable.of(name) + " (expected by " + INDEX + ")")));
    }
    opened.values().stream().flatMap(Optional::stream).forEach(this::checkAlone);
  }

  /** That no tensor of a shard lies in another one too: which of them counts would be a guess. */
  private void checkAlone(SafetensorsFile shard) {
    for (TensorInfo info : shard.tensors()) {
      TensorBytes used = tensors.get(info.name());
      if (used != null && used.file() != shard) {
        problems.add(
            StrictJson.cannotRead(
                shard.path(),
                "tensor "
                    + Printable.of(info.name())
                    + " lies in "
                    + used.file().path().getFileName()
                    + " too (expected in one file)"));
      }
    }
  }

  /** The file an entry of the index names, if it is a plain name that cannot leave the folder. */
  private Optional<String> shardName(String tensor, JsonNode name) {
    if (name.isTextual() && PLAIN_NAME.matcher(name.textValue()).matches()) {
      return Optional.of(name.textValue());
    }
    problems.add(
        "Invalid file of tensor "
            + Printable.of(tensor)
            + " in "
            + INDEX
            + ": "
            + Printable.of(name.toString())
            + " (expected the plain name of a .safetensors file in the same folder)");
    return Optional.empty();
  }

  private Optional<SafetensorsFile> openShard(String name) {
    try {
      checkStays(folder.resolve(name));
      SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
      names.add(name);
      return Optional.of(file);
    } catch (CheckpointException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * That a file is no link out of the model folder. The cache of Hugging Face's hub is made of
   * links, from {@code snapshots/REVISION} to files in {@code blobs}, which are let pass.
   */
  private void checkStays(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      Path home = folder.toRealPath();
      Path real = file.toRealPath();
      Path snapshots = home.getParent();
      boolean ofHub =
          snapshots != null
              && snapshots.endsWith("snapshots")
              && real.startsWith(snapshots.resolveSibling("blobs"));
      if (!real.startsWith(home) && !ofHub) {
        throw new CheckpointException(
            StrictJson.cannotRead(
                file, "a link to " + real + " (expected a file in the model folder; copy it in)"));
      }
    } catch (IOException e) {
      throw new CheckpointException(StrictJson.cannotRead(file, StrictJson.reason(e)), e);
    }
  }
}
