package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A password is in nothing that is printed, logged or written. */
class TestCredentials {
  private static final String MARKER = "MARK3R-of-a-secret";

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "s3a://key:secret@bucket/a s3a://bucket/a",
        "s3a://key:sec@ret@bucket/a s3a://bucket/a",
        "hdfs://:secret@names:8020/a,ftp://u:p@h/b hdfs://names:8020/a,ftp://h/b",
        "abfs://box@account.dfs.core.windows.net/a abfs://box@account.dfs.core.windows.net/a",
        "hdfs://names:8020/a@b hdfs://names:8020/a@b",
        "file:/a:b@c file:/a:b@c",
        "/data/a:b@c /data/a:b@c",
      })
  void passwordsAreLeftOutAndContainersStay(String text, String expected) {
    assertThat(Credentials.leftOut(text)).isEqualTo(expected);
  }

  @Test
  void lineageNamesTheBucketAlone() {
    DatasetName name = DatasetName.of(URI.create("s3a://key:" + MARKER + "@bucket/data"));
    assertThat(name).isEqualTo(new DatasetName("s3://bucket", "data"));
  }

  @Test
  void refusalsOfARunDoNotHaveIt() {
    String location = "nosuch://key:" + MARKER + "@host/documents";
    assertThatThrownBy(
            () -> {
              throw new InvalidRunException("Cannot read input " + location);
            })
        .hasMessage("Cannot read input nosuch://host/documents");
    assertThat(FailedRunException.of(new IllegalStateException("no " + location)))
        .hasMessageNotContaining(MARKER)
        .hasMessageContaining("nosuch://host/documents");
  }
}
