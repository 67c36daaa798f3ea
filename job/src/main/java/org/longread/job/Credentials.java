package org.longread.job;

import java.util.regex.Pattern;

/**
 * Keeps passwords out of what is printed, logged or written. Hadoop has its keys in settings, which
 * are never told; but a location may hold them too, as in {@code s3a://key:secret@bucket/path}.
 */
public final class Credentials {
  /** Without a colon it is the name of a container: {@code abfs://box@account}. */
  private static final Pattern USER_AND_PASSWORD = Pattern.compile("(://)[^/\\s:@]*:[^/\\s]*@");

  private Credentials() {}

  /** The text, with what stands for user and password in every URI of it left out. */
  public static String leftOut(String text) {
    return USER_AND_PASSWORD.matcher(text).replaceAll("$1");
  }
}
