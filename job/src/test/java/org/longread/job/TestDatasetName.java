package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestDatasetName {
  @ParameterizedTest
  @CsvSource({
    "file:/data/contracts, file, /data/contracts",
    "file:///data/contracts/, file, /data/contracts",
    "file:/, file, /",
    "/data/contracts, file, /data/contracts",
    "hdfs://names:8020/data, hdfs://names:8020, /data",
    "s3a://bucket/data/2026, s3://bucket, data/2026",
    "s3://bucket, s3://bucket, /",
    "gs://bucket/a/b, gs://bucket, a/b",
    "abfs://box@account.dfs.core.windows.net/a, abfss://box@account.dfs.core.windows.net, a",
    "dbfs:/Volumes/a, dbfs, /Volumes/a",
  })
  void namesAreThoseOfTheSpecification(String location, String namespace, String name) {
    assertThat(DatasetName.of(URI.create(location))).isEqualTo(new DatasetName(namespace, name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/data/day=2026-11-0*/part-[0-3].parquet /data",
        "/data/day=1/*.parquet /data/day=1",
        "/data/{a,b} /data",
        "/data/plain /data/plain",
      })
  void patternIsNamedByTheFolderOfAllItMatches(String path, String name) throws IOException {
    assertThat(DatasetName.of(path, new Configuration())).isEqualTo(new DatasetName("file", name));
  }

  @Test
  void relativePathIsQualified() throws IOException {
    assertThat(DatasetName.of("contracts", new Configuration()).name()).matches("/.+/contracts");
  }
}
