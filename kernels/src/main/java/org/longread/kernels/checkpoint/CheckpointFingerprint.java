package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** What identifies a model: a digest of every file that can change its results. */
public final class CheckpointFingerprint {
  private static final int BUFFER_BYTES = 1 << 20;

  /** Read besides the weights, where present. */
  private static final List<String> COMPANIONS =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja");

  private CheckpointFingerprint() {}

  /**
   * SHA-256, in lower-case hexadecimal, over name, length and content of configuration, tokenizer
   * and weights, in the order of their names. Reads all of them once.
   *
   * @throws CheckpointException if a file cannot be read
   */
  public static String sha256(Path folder) {
    Problems problems = new Problems();
    TreeSet<String> names = new TreeSet<>(ModelFiles.open(folder, problems).names());
    problems.throwIfAny("Cannot load checkpoint " + folder);
    COMPANIONS.stream().filter(name -> Files.exists(folder.resolve(name))).forEach(names::add);
    MessageDigest digest = newDigest();
    for (String name : names) {
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      addFile(digest, folder.resolve(name));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void addFile(MessageDigest digest, Path file) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Files.size(file)));
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new CheckpointException(StrictJson.cannotRead(file, StrictJson.reason(e)), e);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
