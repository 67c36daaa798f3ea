package org.longread.job.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** What this program and its platform are. */
final class Version implements IVersionProvider {
  /** The version the build gave, from version.properties. */
  static String longread() {
    Properties properties = new Properties();
    try (InputStream in =
        Version.class.getResourceAsStream("/org/longread/job/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read version.properties", e);
    }
    return properties.getProperty("version");
  }

  static String spark() {
    return package$.MODULE$.SPARK_VERSION();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "longread " + longread() + " (Spark " + spark() + ", JDK " + Runtime.version() + ")"
    };
  }
}
