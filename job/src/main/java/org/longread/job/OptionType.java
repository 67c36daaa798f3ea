package org.longread.job;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the text of an option becomes a value.
 *
 * @param placeholder stands for the value in help: N, PATH
 * @param expected what is accepted, in words: "an integer of 0 or more"
 * @param arity whether several values may be given
 * @param parse throws IllegalArgumentException for text that is not accepted
 */
public record OptionType<T>(
    String placeholder, String expected, Arity arity, Function<String, T> parse) {
  private static final Pattern SIZE = Pattern.compile("(\\d+)([kmgt]?)b?");

  /** Whether an option takes several values. */
  public enum Arity {
    /** One. */
    ONE,
    /** Any number; as one text, they are a JSON array. */
    MANY
  }

  /** Any text, the empty one included. */
  public static OptionType<String> text(String placeholder) {
    return new OptionType<>(placeholder, "text", Arity.ONE, text -> text);
  }

  /** An integer from {@code least} up. */
  public static OptionType<Integer> count(int least) {
    return checked("N", "an integer of " + least + " or more", Integer::valueOf, n -> n >= least);
  }

  /** Any 64-bit integer. */
  public static OptionType<Long> integer() {
    return checked("N", "an integer", Long::valueOf, n -> true);
  }

  /** A share of a whole. */
  public static OptionType<Double> fraction() {
    return checked("FRACTION", "a number from 0 to 1", Double::valueOf, x -> x >= 0 && x <= 1);
  }

  /** A share of a whole that is not nothing. */
  public static OptionType<Double> positiveFraction() {
    return checked(
        "FRACTION", "a number above 0, at most 1", Double::valueOf, x -> x > 0 && x <= 1);
  }

  /** A finite number of 0 or more. */
  public static OptionType<Double> nonNegative() {
    return checked(
        "X", "a number of 0 or more", Double::valueOf, x -> x >= 0 && !Double.isInfinite(x));
  }

  /** Bytes, with a binary unit if wanted: 1048576, 512m, 8g. */
  public static OptionType<Long> size() {
    return checked("SIZE", "bytes, such as 512m or 8g", OptionType::parseSize, bytes -> true);
  }

  /** One of an enum's constants, in lower case. */
  public static <E extends Enum<E>> OptionType<E> choice(Class<E> constants) {
    List<String> names =
        Stream.of(constants.getEnumConstants()).map(OptionType::lowerCase).toList();
    String last = names.get(names.size() - 1);
    String expected = String.join(", ", names.subList(0, names.size() - 1)) + " or " + last;
    return new OptionType<>(
        String.join("|", names), expected, Arity.ONE, text -> constant(constants, text.strip()));
  }

  /** Several texts: a JSON array, or one text as it stands; the empty one is no text at all. */
  public static OptionType<List<String>> texts(String placeholder) {
    return new OptionType<>(
        placeholder, "text, or a JSON array of texts", Arity.MANY, OptionType::parseTexts);
  }

  /** The text that parses to {@code value}. */
  public String show(T value) {
    if (value instanceof Enum<?> constant) {
      return lowerCase(constant);
    }
    if (value instanceof List<?> texts) {
      return texts.stream().map(OptionType::quoted).collect(Collectors.joining(",", "[", "]"));
    }
    return String.valueOf(value);
  }

  static String quoted(Object text) {
    return ConfigUtil.quoteString(String.valueOf(text));
  }

  private static <T> OptionType<T> checked(
      String placeholder, String expected, Function<String, T> parse, Predicate<T> accepts) {
    Function<String, T> checked =
        text -> {
          T value = parse.apply(text.strip());
          if (!accepts.test(value)) {
            throw new IllegalArgumentException(text);
          }
          return value;
        };
    return new OptionType<>(placeholder, expected, Arity.ONE, checked);
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E constant(Class<E> constants, String text) {
    for (E constant : constants.getEnumConstants()) {
      if (lowerCase(constant).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(text);
  }

  private static long parseSize(String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    String unit = matcher.group(2);
    int power = unit.isEmpty() ? 0 : "kmgt".indexOf(unit) + 1;
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static List<String> parseTexts(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    if (!text.startsWith("[")) {
      return List.of(text);
    }
    try {
      return ConfigFactory.parseString("texts = " + text).getStringList("texts");
    } catch (ConfigException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
