package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
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
    refusePart(config);
    config.child("rope_parameters").ifPresent(RopeReader::refusePart);
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

  private static void refusePart(ConfigFields config) {
    if (config.numberAbove("partial_rotary_factor", 0, 1) != 1) {
      config.invalid(
          "partial_rotary_factor", "not 1", "expected 1: qk_rope_head_dim rotates whole");
    }
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
    rope.only("truncate", BooleanNode.TRUE);
    ModelConfig.Yarn yarn =
        new ModelConfig.Yarn(
            rope.numberAbove("factor", 0),
            rope.integer("original_max_position_embeddings", 1, LONGEST),
            rope.numberAbove("beta_fast", 0, 32),
            rope.numberAbove("beta_slow", 0, 1),
            rope.number("mscale", 0, 1),
            rope.number("mscale_all_dim", 0, 0));
    checkScales(rope, yarn);
    return Optional.of(yarn);
  }

  /**
   * Where one of the two is 0, published code and transformers agree for an mscale of 1 alone: that
   * cosines are scaled, and scores are not.
   */
  private static void checkScales(ConfigFields rope, ModelConfig.Yarn yarn) {
    boolean both = yarn.mscale() > 0 && yarn.mscaleAllDim() > 0 && rope.has("mscale");
    boolean rotationAlone = yarn.mscale() == 1 && yarn.mscaleAllDim() == 0;
    if (!both && !rotationAlone) {
      rope.invalid(
          "mscale",
          rope.node("mscale").map(JsonNode::asText).orElse("missing"),
          "expected more than 0, with mscale_all_dim; or 1, without");
    }
    double scale = new ModelConfig.Rope(THETA, Optional.of(yarn)).rotationScale();
    double given = rope.numberAbove("attention_factor", 0, scale);
    if (Math.abs(given - scale) > 1e-9) {
      rope.invalid("attention_factor", given, "expected " + scale + ", by factor and mscales");
    }
  }
}
