package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * One document as read, parts assembled; nothing is decoded or tokenised yet.
 *
 * @param id as in the input; null only with a failure
 * @param body what it says, or why it cannot be used
 * @param questions as in the input, entries may be null; empty if there are none
 * @param continuation text to be scored after the document; null if there is none
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
@SuppressWarnings("serial") // id is a String or a boxed number
public record Document(Object id, Body body, List<String> questions, String continuation)
    implements Serializable {

  /** What a document says. */
  public sealed interface Body extends Serializable permits Utf8, TokenIds, Unusable {}

  /** Text, not yet known to be valid UTF-8. */
  public record Utf8(byte[] bytes) implements Body {}

  /** Token ids, not yet known to be in the vocabulary; null is given as -1. */
  public record TokenIds(long[] ids) implements Body {}

  /** A document that cannot be used; becomes an error row. */
  public record Unusable(String code, String message) implements Body {}

  static Document unusable(Object id, String code, String message) {
    return new Document(id, new Unusable(code, message), List.of(), null);
  }

  /** Bytes of text or number of tokens. */
  public int length() {
    if (body instanceof Utf8 text) {
      return text.bytes().length;
    }
    return body instanceof TokenIds tokens ? tokens.ids().length : 0;
  }

  /** The id in words. */
  public String idText() {
    return Optional.ofNullable(id).map(Object::toString).orElse("null");
  }
}
