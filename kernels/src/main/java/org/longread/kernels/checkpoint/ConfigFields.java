package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Typed reading of one JSON object's keys. A key that is absent, of the wrong type or out of range
 * becomes a problem and a stand-in value, so that reading goes on and all problems show at once;
 * values count only if no problem was found. A key with value null counts as absent.
 */
final class ConfigFields {
  private final JsonNode object;
  private final String prefix;
  private final Problems problems;

  /**
   * Fields of one object.
   *
   * @param prefix put before keys in messages: "" or "rope_scaling."
   */
  ConfigFields(JsonNode object, String prefix, Problems problems) {
    this.object = object;
    this.prefix = prefix;
    this.problems = problems;
  }

  boolean has(String key) {
    return object.hasNonNull(key);
  }

  Optional<JsonNode> node(String key) {
    return has(key) ? Optional.of(object.get(key)) : Optional.empty();
  }

  void invalid(String key, Object value, String rule) {
    String shown = Printable.of(String.valueOf(value));
    problems.add("Invalid " + prefix + key + ": " + shown + " (" + rule + ")");
  }

  private void missing(String key, String rule) {
    String what =
        object.has(key) ? "Invalid " + prefix + key + ": null" : "Missing " + prefix + key;
    problems.add(what + " (" + rule + ")");
  }

  /** A required integer of [least, most]. */
  int integer(String key, int least, int most) {
    String rule = "expected an integer of " + least + ".." + most;
    if (!has(key)) {
      missing(key, rule);
      return least;
    }
    JsonNode value = object.get(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      invalid(key, value, rule);
      return least;
    }
    return value.intValue();
  }

  /** An integer of [least, most], or {@code fallback} if absent. */
  int integer(String key, int least, int most, int fallback) {
    return has(key) ? integer(key, least, most) : fallback;
  }

  /** A required finite number above {@code bound}. */
  double numberAbove(String key, double bound) {
    String rule = "expected a finite number above " + bound;
    if (!has(key)) {
      missing(key, rule);
      return bound + 1;
    }
    JsonNode value = object.get(key);
    double number = value.doubleValue();
    if (!value.isNumber() || !Double.isFinite(number) || number <= bound) {
      invalid(key, value, rule);
      return bound + 1;
    }
    return number;
  }

  /** A finite number above {@code bound}, or {@code fallback} if absent. */
  double numberAbove(String key, double bound, double fallback) {
    return has(key) ? numberAbove(key, bound) : fallback;
  }

  /** A finite number of {@code least} or more, or {@code fallback} if absent. */
  double number(String key, double least, double fallback) {
    if (!has(key)) {
      return fallback;
    }
    JsonNode value = object.get(key);
    double number = value.doubleValue();
    if (!value.isNumber() || !Double.isFinite(number) || number < least) {
      invalid(key, value, "expected a finite number of " + least + " or more");
      return fallback;
    }
    return number;
  }

  /** A required positive number that is still one as float32. */
  float positiveFloat(String key) {
    double number = numberAbove(key, 0);
    float narrow = (float) number;
    if (narrow == 0 || Float.isInfinite(narrow)) {
      invalid(key, number, "expected a number within float32");
    }
    return narrow;
  }

  /** A positive float32, or {@code fallback} if absent. */
  float positiveFloat(String key, float fallback) {
    return has(key) ? positiveFloat(key) : fallback;
  }

  /** True or false, or {@code fallback} if absent. */
  boolean flag(String key, boolean fallback) {
    if (!has(key)) {
      return fallback;
    }
    JsonNode value = object.get(key);
    if (!value.isBoolean()) {
      invalid(key, value, "expected true or false");
    }
    return value.booleanValue();
  }

  /** Checks that a key, if present, has the only value this engine computes. */
  void only(String key, JsonNode supported) {
    node(key)
        .filter(value -> !value.equals(supported))
        .ifPresent(value -> invalid(key, value, "expected " + supported + ", all this engine has"));
  }

  /** The object under {@code key}, if present. */
  Optional<ConfigFields> child(String key) {
    Optional<JsonNode> value = node(key);
    if (value.isPresent() && !value.get().isObject()) {
      invalid(key, value.get(), "expected an object or null");
      return Optional.empty();
    }
    return value.map(node -> new ConfigFields(node, prefix + key + ".", problems));
  }

  /** Integers of [least, most] given as one or as a list; empty if absent. */
  List<Integer> integers(String key, int least, int most) {
    Optional<JsonNode> value = node(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      return List.of(integer(key, least, most));
    }
    List<Integer> integers = new ArrayList<>();
    for (JsonNode item : value.get()) {
      if (!item.isInt() || item.intValue() < least || item.intValue() > most) {
        invalid(key, value.get(), "expected integers of " + least + ".." + most);
        return List.of();
      }
      integers.add(item.intValue());
    }
    return integers;
  }
}
