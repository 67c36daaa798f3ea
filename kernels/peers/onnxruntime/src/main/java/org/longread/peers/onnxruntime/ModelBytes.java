package org.longread.peers.onnxruntime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the few messages of onnx.proto that a graph of standard operations takes, as protocol
 * buffers: fields in any order, each a tag and a value. One message per object.
 */
final class ModelBytes {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private static final int FLOAT_TENSOR = 1;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A model of one graph that may use ONNX's operations and ONNX Runtime's own. */
  static byte[] model(ModelBytes graph) {
    return new ModelBytes()
        .number(1, IR_VERSION)
        .message(8, new ModelBytes().text(1, "").number(2, OPSET))
        .message(8, new ModelBytes().text(1, "com.microsoft").number(2, 1))
        .message(7, graph.text(2, "attention"))
        .bytes();
  }

  /** Adds an operation to a graph; an empty input is one left out. */
  ModelBytes node(
      String operation, String domain, String output, ModelBytes own, String... inputs) {
    ModelBytes node = new ModelBytes();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(3, output).text(4, operation).text(7, domain);
    node.out.writeBytes(own.bytes());
    return message(1, node);
  }

  /** Attributes of an operation. */
  ModelBytes attribute(String name, long value) {
    return message(5, new ModelBytes().text(1, name).number(3, value).number(20, ATTRIBUTE_INT));
  }

  ModelBytes attribute(String name, float value) {
    ModelBytes attribute = new ModelBytes().text(1, name).number(20, ATTRIBUTE_FLOAT);
    attribute.tag(2, FIXED_32);
    byte[] bits = new byte[Float.BYTES];
    ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    attribute.out.writeBytes(bits);
    return message(5, attribute);
  }

  /** Declares an input of a graph. */
  ModelBytes input(String name, long... shape) {
    return message(11, value(name, shape));
  }

  /** Declares an output of a graph. */
  ModelBytes output(String name, long... shape) {
    return message(12, value(name, shape));
  }

  private static ModelBytes value(String name, long... shape) {
    ModelBytes dims = new ModelBytes();
    for (long dim : shape) {
      dims.message(1, new ModelBytes().number(1, dim));
    }
    ModelBytes tensor = new ModelBytes().number(1, FLOAT_TENSOR).message(2, dims);
    return new ModelBytes().text(1, name).message(2, new ModelBytes().message(1, tensor));
  }

  private ModelBytes number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  private ModelBytes text(int field, String text) {
    return field(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private ModelBytes message(int field, ModelBytes message) {
    return field(field, message.bytes());
  }

  private ModelBytes field(int field, byte[] bytes) {
    tag(field, LENGTH);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private void tag(int field, int type) {
    varint(((long) field << 3) | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private byte[] bytes() {
    return out.toByteArray();
  }
}
