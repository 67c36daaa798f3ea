package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCheckpointFingerprint {
  @TempDir Path folder;

  @Test
  void changesWithAnyByteOfWeightsConfigurationOrTokenizer() throws IOException {
    EditedModel model = new EditedModel("m4-bf16-indexer-interleaved");
    String original = CheckpointFingerprint.sha256(model.write(folder));
    assertThat(original).matches("[0-9a-f]{64}");
    assertThat(CheckpointFingerprint.sha256(folder)).isEqualTo(original);

    model.put("model.norm.weight", 3, 0x3F00).write(folder);
    String otherWeights = CheckpointFingerprint.sha256(folder);
    Files.writeString(folder.resolve("config.json"), model.config.put("index_topk", 7).toString());
    String otherConfig = CheckpointFingerprint.sha256(folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    String withTokenizer = CheckpointFingerprint.sha256(folder);
    assertThat(new String[] {original, otherWeights, otherConfig, withTokenizer})
        .doesNotHaveDuplicates();
  }

  @Test
  void doesNotDependOnThePlaceOrOnOtherFiles() throws IOException {
    EditedModel model = new EditedModel("m4-bf16-indexer-interleaved");
    Path here = Files.createDirectory(folder.resolve("here"));
    Path there = Files.createDirectory(folder.resolve("there"));
    model.write(here);
    Files.writeString(model.write(there).resolve("README.md"), "notes");
    assertThat(CheckpointFingerprint.sha256(here)).isEqualTo(CheckpointFingerprint.sha256(there));
  }

  @Test
  void coversEveryShard() throws IOException {
    Path model = GoldenFiles.model("m2-bf16-dense-equivalent");
    for (String name :
        new String[] {
          "config.json",
          "model.safetensors.index.json",
          "model-00001-of-000003.safetensors",
          "model-00002-of-000003.safetensors",
          "model-00003-of-000003.safetensors"
        }) {
      Files.copy(model.resolve(name), folder.resolve(name));
    }
    assertThat(CheckpointFingerprint.sha256(folder)).isEqualTo(CheckpointFingerprint.sha256(model));
    Path last = folder.resolve("model-00003-of-000003.safetensors");
    byte[] bytes = Files.readAllBytes(last);
    bytes[bytes.length - 1] ^= 1;
    Files.write(last, bytes);
    assertThat(CheckpointFingerprint.sha256(folder))
        .isNotEqualTo(CheckpointFingerprint.sha256(model));
  }

  @Test
  void refusesAFolderWithoutWeights() {
    assertThatThrownBy(() -> CheckpointFingerprint.sha256(folder))
        .isInstanceOf(CheckpointException.class);
  }
}
