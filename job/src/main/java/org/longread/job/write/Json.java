package org.longread.job.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.arrow.write.NamedOutput;

/** Records as small JSON files, keys in snake case. One that is cut short counts as none. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Json() {}

  /** Creates a file that must not exist. */
  static void create(FileSystem fs, Path path, Object value) throws IOException {
    write(NamedOutput.create(fs, path, NamedOutput.Existing.REFUSED), value);
  }

  /** Creates a file or replaces it. */
  static void replace(FileSystem fs, Path path, Object value) throws IOException {
    write(NamedOutput.create(fs, path, NamedOutput.Existing.REPLACED), value);
  }

  private static void write(OutputStream file, Object value) throws IOException {
    try (OutputStream out = file) {
      out.write(MAPPER.writeValueAsBytes(value));
      out.write('\n');
    }
  }

  /** What a file says; empty if there is none, or it is not whole. */
  static <T> Optional<T> read(FileSystem fs, Path path, Class<T> type) throws IOException {
    byte[] bytes;
    try (InputStream in = fs.open(path)) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException | EOFException | ChecksumException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(bytes, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
