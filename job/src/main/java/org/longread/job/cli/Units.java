package org.longread.job.cli;

import java.util.Locale;

/** Quantities as people read them. */
final class Units {
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Units() {}

  /** 12,345. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** 3.2 G: three digits at most. */
  static String decimal(double n) {
    int power = 0;
    while (Math.abs(n) >= 999.5 && power < DECIMAL.length - 1) {
      n /= 1000;
      power++;
    }
    return (digits(n) + " " + DECIMAL[power]).strip();
  }

  /** 3.2 G. */
  static String decimal(long n) {
    return decimal((double) n);
  }

  /** 4.5 MiB. */
  static String bytes(long bytes) {
    double n = bytes;
    int power = 0;
    while (n >= 1023.5 && power < BINARY.length - 1) {
      n /= 1024;
      power++;
    }
    return digits(n) + " " + BINARY[power];
  }

  /** 12.3 s, 4 min 05 s. */
  static String seconds(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }

  /** 38 %, and a dash where there is nothing to take a share of. */
  static String percent(double share) {
    return Double.isFinite(share) ? Math.round(100 * share) + " %" : "-";
  }

  /** 3.4x, and a dash where there is nothing to compare with. */
  static String times(double ratio) {
    return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.1fx", ratio) : "-";
  }

  /** A constant in lower case. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String digits(double n) {
    int decimals = n == Math.rint(n) || Math.abs(n) >= 99.95 ? 0 : Math.abs(n) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", n);
  }
}
