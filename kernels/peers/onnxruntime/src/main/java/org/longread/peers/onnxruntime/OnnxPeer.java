package org.longread.peers.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import java.util.List;
import org.longread.kernels.bench.AttentionPeer;

/** ONNX Runtime on the CPU, one thread: attention written out, and its own fused operation. */
public final class OnnxPeer implements AttentionPeer {
  @Override
  public String name() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public List<Form> forms() {
    return List.of(OnnxForm.values());
  }
}
