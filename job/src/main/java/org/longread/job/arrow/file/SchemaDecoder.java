package org.longread.job.arrow.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Decodes the schema in a footer. Unlike Arrow Java's own decoder it takes decimals of 32 and 64
 * bits, leaves extension types as their storage, and names the field of a type it does not know.
 */
final class SchemaDecoder {
  private static final int DEFAULT_INDEX_BITS = 32;

  private SchemaDecoder() {}

  static Schema decode(org.apache.arrow.flatbuf.Schema schema) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < schema.fieldsLength(); i++) {
      fields.add(field(schema.fields(i)));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < schema.customMetadataLength(); i++) {
      put(metadata, schema.customMetadata(i));
    }
    return new Schema(fields, metadata);
  }

  private static Field field(org.apache.arrow.flatbuf.Field field) {
    List<Field> children = new ArrayList<>();
    for (int i = 0; i < field.childrenLength(); i++) {
      children.add(field(field.children(i)));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < field.customMetadataLength(); i++) {
      put(metadata, field.customMetadata(i));
    }
    String name = field.name() == null ? "" : field.name();
    ArrowType type = type(name, field);
    if (type.getTypeID() == ArrowTypeID.RunEndEncoded) {
      SoundTypes.requireRunEnds(name, children);
    }
    return new Field(
        name, new FieldType(field.nullable(), type, dictionary(name, field), metadata), children);
  }

  private static void put(Map<String, String> metadata, KeyValue entry) {
    if (entry.key() != null) {
      metadata.put(entry.key(), entry.value() == null ? "" : entry.value());
    }
  }

  private static ArrowType type(String name, org.apache.arrow.flatbuf.Field field) {
    try {
      return SoundTypes.require(plainType(field));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      throw new IllegalArgumentException("field " + name + ": " + e.getMessage(), e);
    }
  }

  private static ArrowType plainType(org.apache.arrow.flatbuf.Field field) {
    if (field.typeType() == Type.Decimal) {
      org.apache.arrow.flatbuf.Decimal decimal =
          (org.apache.arrow.flatbuf.Decimal) field.type(new org.apache.arrow.flatbuf.Decimal());
      return new ArrowType.Decimal(decimal.precision(), decimal.scale(), decimal.bitWidth());
    }
    return ArrowType.getTypeForField(field);
  }

  private static DictionaryEncoding dictionary(String name, org.apache.arrow.flatbuf.Field field) {
    org.apache.arrow.flatbuf.DictionaryEncoding encoding = field.dictionary();
    if (encoding == null) {
      return null;
    }
    Int index = encoding.indexType();
    ArrowType.Int type =
        index == null
            ? new ArrowType.Int(DEFAULT_INDEX_BITS, true)
            : new ArrowType.Int(index.bitWidth(), index.isSigned());
    try {
      SoundTypes.require(type);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("indices of field " + name + ": " + e.getMessage(), e);
    }
    return new DictionaryEncoding(encoding.id(), encoding.isOrdered(), type);
  }
}
