package org.longread.kernels.verify;

import java.nio.ByteBuffer;
import java.util.List;
import org.longread.kernels.checkpoint.BlockScales;
import org.longread.kernels.checkpoint.ModelConfig.BlockQuantization;
import org.longread.kernels.checkpoint.TensorInfo;
import org.longread.kernels.ops.Hadamard;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.LowPrecision;
import org.longread.kernels.ops.LowPrecision.ScaleFormat;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;
import org.longread.kernels.ops.Widening;

/** Codes and scales: E4M3 both ways, activations, weight blocks, and the Hadamard rotation. */
final class QuantFile implements KernelFile {
  private static final int BLOCK = 128;
  private static final String SCALES = ".weight_scale_inv";
  private static final String HADAMARD = "hadamard";

  /** One unit in the last place of a float32, at most. */
  private static final double ULP = 0x1p-23;

  private static final double ROTATED = 1e-5;

  @Override
  public String name() {
    return "quant";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    ReferenceCase all = file.group("");
    comparison.guard("decode_table", () -> decode(all, comparison));
    comparison.guard("encode_out", () -> encode(all, comparison));
    ReferenceCase activations = file.group("act.");
    comparison.guard(
        "act.ue8m0", () -> activations(activations, "ue8m0", ScaleFormat.POWER_OF_TWO, comparison));
    comparison.guard(
        "act.raw", () -> activations(activations, "raw", ScaleFormat.FLOAT, comparison));
    for (String prefix : prefixes(file, SCALES)) {
      ReferenceCase block = file.group(prefix + ".");
      comparison.guard(prefix, () -> block(block, comparison));
    }
    for (String prefix : prefixes(file, ".x")) {
      if (prefix.startsWith(HADAMARD)) {
        ReferenceCase rotation = file.group(prefix + ".");
        comparison.guard(prefix, () -> hadamard(rotation, comparison));
      }
    }
  }

  private static List<String> prefixes(ReferenceFile file, String ending) {
    return file.tensors().tensors().stream()
        .map(TensorInfo::name)
        .filter(name -> name.endsWith(ending))
        .map(name -> name.substring(0, name.length() - ending.length()))
        .toList();
  }

  /** Bits, so that the sign of zero counts; NaN is NaN. */
  private static void decode(ReferenceCase c, Comparison comparison) {
    float[] expected = c.floats("decode_table", 256);
    int[] bits = new int[256];
    int[] expectedBits = new int[256];
    for (int code = 0; code < 256; code++) {
      bits[code] = Float.floatToIntBits(Widening.e4m3((byte) code));
      expectedBits[code] = Float.floatToIntBits(expected[code]);
    }
    comparison.equal(c.stage("decode_table"), expectedBits, bits);
  }

  private static void encode(ReferenceCase c, Comparison comparison) {
    int count = c.size("encode_in", 0);
    float[] values = c.floats("encode_in", count);
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = LowPrecision.e4m3(values[i]);
    }
    comparison.equal(c.stage("encode_out"), c.bytes("encode_out", count), codes);
  }

  private static void activations(
      ReferenceCase c, String name, ScaleFormat format, Comparison comparison) {
    int rows = c.size("x", 0);
    int width = c.size("x", 1);
    int groups = c.size(name + ".scales", 1);
    Rows x = Rows.of(c.floats("x", rows, width), width);
    LowPrecision.Quantized actual = LowPrecision.quantize(x, rows, width, format);
    float[] scales = c.floats(name + ".scales", rows, groups);
    double tolerance = format == ScaleFormat.FLOAT ? ULP : 0;
    comparison.ratio(
        c.stage(name + ".scales"),
        Comparison.widen(scales),
        Comparison.widen(actual.scales()),
        tolerance);
    byte[] codes = c.bytes(name + ".codes", rows, width);
    comparison.equal(c.stage(name + ".codes"), codes, actual.codes());
  }

  private static void block(ReferenceCase c, Comparison comparison) {
    int rows = c.size("weight", 0);
    int cols = c.size("weight", 1);
    byte[] codes = c.bytes("weight", rows, cols);
    int across = (cols + BLOCK - 1) / BLOCK;
    float[] values = c.floats("weight_scale_inv", (rows + BLOCK - 1) / BLOCK, across);
    BlockScales scales = new BlockScales(values, new BlockQuantization(BLOCK, BLOCK), across);
    WeightMatrix matrix =
        WeightMatrix.pack(
            rows,
            cols,
            Precision.FP8_E4M3,
            (first, count) -> ByteBuffer.wrap(codes, first * cols, count * cols),
            scales.ofRows(0, cols));
    float[] actual = new float[rows * cols];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = matrix.at(i / cols, i % cols);
    }
    comparison.exact(c.stage("dequant"), c.floats("dequant", rows, cols), actual);
  }

  private static void hadamard(ReferenceCase c, Comparison comparison) {
    int rows = c.size("x", 0);
    int dim = c.size("x", 1);
    float[] x = c.floats("x", rows, dim);
    for (int i = 0; i < rows; i++) {
      Hadamard.rotate(x, i * dim, dim);
    }
    double[] expected = c.doubles("y", rows, dim);
    comparison.relative(c.stage("y"), expected, Comparison.widen(x), ROTATED);
  }
}
