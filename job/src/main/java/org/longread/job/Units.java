package org.longread.job;

import java.util.Locale;

/** Quantities as people read them. */
public final class Units {
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Units() {}

  /** 12,345. */
  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** 3.2 G: three digits at most. */
  public static String decimal(double n) {
    int power = 0;
    while (Math.abs(n) >= 999.5 && power < DECIMAL.length - 1) {
      n /= 1000;
      power++;
    }
    return (digits(n) + " " + DECIMAL[power]).strip();
  }

  /** 3.2 G. */
  public static String decimal(long n) {
    return decimal((double) n);
  }

  /** 4.5 MiB. */
  public static String bytes(long bytes) {
    double n = bytes;
    int power = 0;
    while (n >= 1023.5 && power < BINARY.length - 1) {
      n /= 1024;
      power++;
    }
    return digits(n) + " " + BINARY[power];
  }

  /** 12.3 s, 4 min 05 s. */
  public static String seconds(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }

  /** 12 ms, 12.3 s: seconds, and thousandths of what is less than one. */
  public static String nanos(long nanos) {
    if (nanos == 0 || nanos >= 1_000_000_000) {
      return seconds(nanos / 1e9);
    }
    return digits(nanos / 1e6) + " ms";
  }

  /** 38 %, and a dash where there is nothing to take a share of. */
  public static String percent(double share) {
    return Double.isFinite(share) ? Math.round(100 * share) + " %" : "-";
  }

  /** 3.4x, and a dash where there is nothing to compare with. */
  public static String times(double ratio) {
    return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.1fx", ratio) : "-";
  }

  /** $12.30, $0.000614: cents, and three digits of what is less than a dollar. */
  public static String usd(double usd) {
    if (usd == 0 || usd >= 1) {
      return String.format(Locale.ROOT, "$%,.2f", usd);
    }
    int decimals = Math.max(2, 2 - (int) Math.floor(Math.log10(usd)));
    return String.format(Locale.ROOT, "$%." + Math.min(decimals, 12) + "f", usd);
  }

  /** With so many decimals, whatever the machine's language. */
  public static String fixed(double n, int decimals) {
    String fixed = String.format(Locale.ROOT, "%." + decimals + "f", n);
    return fixed.matches("-0[.]?0*") ? fixed.substring(1) : fixed;
  }

  /** A constant in lower case. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String digits(double n) {
    int decimals = n == Math.rint(n) || Math.abs(n) >= 99.95 ? 0 : Math.abs(n) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", n);
  }
}
