package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;

/** The contract on S3, through S3A with its magic committer. */
class TestS3a extends StoreContract {
  private S3Proxy server;

  @Override
  String start(Path folder) throws Exception {
    Path stored = Files.createDirectories(folder.resolve("s3/bucket")).getParent();
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", stored.toString());
    server =
        S3Proxy.builder()
            .blobStore(BlobStores.create("filesystem-nio2", properties))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    server.start();
    return "s3a://bucket/work";
  }

  @Override
  void stop() throws Exception {
    server.stop();
  }

  @Override
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + server.getPort());
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.access.key", "anybody");
    settings.put("fs.s3a.secret.key", "anything");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put("fs.s3a.input.stream.type", "classic");
    settings.put("fs.s3a.checksum.generation", "false");
    settings.put("fs.s3a.change.detection.mode", "none");
    settings.put("fs.s3a.committer.name", "magic");
    settings.put(
        "mapreduce.outputcommitter.factory.scheme.s3a",
        "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
    return settings;
  }

  @Override
  void nothingIsPending() throws IOException {
    S3AFileSystem fs = (S3AFileSystem) fileSystem();
    assertThat(fs.listUploads("work/").hasNext()).as("uploads of killed drivers").isFalse();
  }

  @Override
  void isCommittedAsMeant(org.apache.hadoop.fs.Path output) throws IOException {
    org.apache.hadoop.fs.Path success = new org.apache.hadoop.fs.Path(output, "_SUCCESS");
    try (InputStream in = fileSystem().open(success)) {
      JsonNode said = new ObjectMapper().readTree(in);
      assertThat(said.get("committer").asText()).isEqualTo("magic");
    }
  }
}
