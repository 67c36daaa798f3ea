package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;

/** A library that users might take instead, and why it is not measured here. */
public record AbsentPeer(String name, String reason) {
  private static final int JLAMA_JDK = 20;

  /** The known libraries that none of the peers found stands for. */
  static List<AbsentPeer> besides(List<AttentionPeer> found) {
    List<AbsentPeer> absent = new ArrayList<>();
    for (AbsentPeer known : known()) {
      if (found.stream().noneMatch(peer -> peer.name().startsWith(known.name))) {
        absent.add(known);
      }
    }
    return absent;
  }

  private static List<AbsentPeer> known() {
    return List.of(
        new AbsentPeer("ONNX Runtime", notOnClassPath("com.microsoft.onnxruntime:onnxruntime")),
        new AbsentPeer("jlama", jlama()),
        new AbsentPeer(
            "libtorch through DJL",
            "its native library is not on every mirror of Maven Central: no peer could be tried"),
        new AbsentPeer(
            "llama.cpp through de.kherud:llama",
            "has no entry for attention alone: it runs whole models from a GGUF file"));
  }

  private static String jlama() {
    int jdk = Runtime.version().feature();
    return jdk < JLAMA_JDK
        ? "its classes need JDK " + JLAMA_JDK + " or newer; this is " + jdk
        : notOnClassPath("com.github.tjake:jlama-core");
  }

  private static String notOnClassPath(String coordinates) {
    return "not on the class path: deploy/longread adds " + coordinates + " if Maven can";
  }
}
