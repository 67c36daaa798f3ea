package org.longread.peers.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.longread.kernels.bench.AttentionPeer.Opened;
import org.longread.kernels.bench.PeerProblem;
import org.longread.kernels.ops.AttentionShape;

/** A session on one problem, with its tensors outside the heap; frees both when closed. */
final class OnnxAttention implements Opened {
  private final OnnxForm form;
  private final PeerProblem problem;
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private OrtSession.Result result;

  OnnxAttention(OnnxForm form, PeerProblem problem) {
    this.form = form;
    this.problem = problem;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(form.model(problem), options);
      for (Map.Entry<String, long[]> input : shapes(form, problem).entrySet()) {
        FloatBuffer values = values(input.getKey(), input.getValue());
        inputs.put(input.getKey(), OnnxTensor.createTensor(environment, values, input.getValue()));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot open ONNX model: " + e.getMessage(), e);
    }
  }

  /** Name and shape of every input. */
  static Map<String, long[]> shapes(OnnxForm form, PeerProblem problem) {
    AttentionShape shape = problem.shape();
    long h = shape.heads();
    long rows = problem.rows();
    long length = problem.length();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    if (form.isFused()) {
      shapes.put("q", new long[] {1, rows, h * shape.query()});
      shapes.put("k", new long[] {1, length, h * shape.query()});
      shapes.put("v", new long[] {1, length, h * shape.value()});
    } else {
      shapes.put("q", new long[] {1, h, rows, shape.query()});
      shapes.put("k", new long[] {1, h, shape.query(), length});
      shapes.put("v", new long[] {1, h, length, shape.value()});
    }
    if (form.isMasked()) {
      shapes.put("mask", new long[] {1, 1, rows, length});
    }
    return shapes;
  }

  private FloatBuffer values(String name, long[] dims) {
    long count = Float.BYTES;
    for (long dim : dims) {
      count *= dim;
    }
    FloatBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(count))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    switch (name) {
      case "q" -> queries(values);
      case "k" -> keys(values);
      case "v" -> values(values);
      default -> mask(values);
    }
    return values.rewind();
  }

  private void queries(FloatBuffer to) {
    if (form.isFused()) {
      sideBySide(problem.queries(), problem.rows(), problem.shape().query(), to);
      return;
    }
    for (float[] head : problem.queries()) {
      for (float value : head) {
        to.put(value * problem.shape().softmaxScale());
      }
    }
  }

  private void keys(FloatBuffer to) {
    int width = problem.shape().query();
    if (form.isFused()) {
      sideBySide(problem.keys(), problem.length(), width, to);
      return;
    }
    for (float[] head : problem.keys()) {
      for (int d = 0; d < width; d++) {
        for (int s = 0; s < problem.length(); s++) {
          to.put(head[s * width + d]);
        }
      }
    }
  }

  private void values(FloatBuffer to) {
    if (form.isFused()) {
      sideBySide(problem.values(), problem.length(), problem.shape().value(), to);
      return;
    }
    problem.values().forEach(to::put);
  }

  private static void sideBySide(List<float[]> heads, int count, int width, FloatBuffer to) {
    for (int i = 0; i < count; i++) {
      for (float[] head : heads) {
        to.put(head, i * width, width);
      }
    }
  }

  private void mask(FloatBuffer to) {
    for (int i = 0; i < problem.rows(); i++) {
      for (int s = 0; s < problem.length(); s++) {
        to.put(s <= problem.firstPosition() + i ? 0 : Float.NEGATIVE_INFINITY);
      }
    }
  }

  @Override
  public int rows() {
    return problem.rows();
  }

  @Override
  public void run() {
    free();
    try {
      result = session.run(inputs);
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot run ONNX model: " + e.getMessage(), e);
    }
  }

  @Override
  public float[] output(int i) {
    FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
    int heads = problem.shape().heads();
    int width = problem.shape().value();
    float[] row = new float[heads * width];
    for (int h = 0; h < heads; h++) {
      int at = form.isFused() ? i * heads + h : h * problem.rows() + i;
      out.get(at * width, row, h * width, width);
    }
    return row;
  }

  private void free() {
    if (result != null) {
      result.close();
      result = null;
    }
  }

  @Override
  public void close() {
    free();
    inputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close ONNX session: " + e.getMessage(), e);
    }
  }
}
