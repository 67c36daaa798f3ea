package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.Optional;

/**
 * Rotary embedding keys of {@code config.json}: {@code rope_theta} with {@code rope_scaling}, or
 * one object {@code rope_parameters}. Absent or of type "default": plain rotation.
 */
final class RopeReader {
  private static final double THETA = 10000;
  private static final int LONGEST = 1 << 30;

  private RopeReader() {}

  static ModelConfig.Rope read(ConfigFields config) {
    double theta = config.numberAbove("rope_theta", 1, THETA);
    Optional<ConfigFields> scaling = config.child("rope_scaling");
    Optional<ConfigFields> parameters = config.child("rope_parameters");
    ModelConfig.Rope fromScaling =
        new ModelConfig.Rope(theta, scaling.flatMap(RopeReader::readYarn));
    if (parameters.isEmpty()) {
      return fromScaling;
    }
    ModelConfig.Rope rope =
        new ModelConfig.Rope(
            parameters.get().numberAbove("rope_theta", 1, theta),
            parameters.flatMap(RopeReader::readYarn));
    boolean thetaDiffers = config.has("rope_theta") && theta != rope.theta();
    boolean scalingDiffers = scaling.isPresent() && !rope.yarn().equals(fromScaling.yarn());
    if (thetaDiffers || scalingDiffers) {
      config.invalid("rope_parameters", rope, "expected what rope_theta and rope_scaling say");
    }
    return rope;
  }

  private static Optional<ModelConfig.Yarn> readYarn(ConfigFields rope) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    String type = rope.node(key).map(node -> node.asText()).orElse("missing");
    if (type.equals("default")) {
      return Optional.empty();
    }
    if (!type.equals("yarn")) {
      rope.invalid(key, type, "expected \"yarn\" or \"default\"");
      return Optional.empty();
    }
    if (rope.has("rope_type") && rope.has("type")) {
      rope.only("type", rope.node("rope_type").orElseThrow());
    }
    if (rope.numberAbove("attention_factor", 0, 1) != 1) {
      rope.invalid("attention_factor", "not 1", "expected 1, all this engine has");
    }
    rope.only("truncate", BooleanNode.TRUE);
    ModelConfig.Yarn yarn =
        new ModelConfig.Yarn(
            rope.numberAbove("factor", 0),
            rope.integer("original_max_position_embeddings", 1, LONGEST),
            rope.numberAbove("beta_fast", 0, 32),
            rope.numberAbove("beta_slow", 0, 1),
            rope.numberAbove("mscale", 0),
            rope.numberAbove("mscale_all_dim", 0));
    // Their ratio would scale the cosines; it is 1 in every published model of this family.
    if (yarn.mscale() != yarn.mscaleAllDim()) {
      rope.invalid("mscale", yarn.mscale(), "expected mscale_all_dim, " + yarn.mscaleAllDim());
    }
    return Optional.of(yarn);
  }
}
